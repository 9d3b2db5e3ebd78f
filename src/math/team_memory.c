#include "mpibert/math/team_memory.h"

#include <string.h>

enum { SLICE = 1 << 21 }; /* bytes: a huge page is touched by one thread */

typedef struct zeroing {
    char *block;
    size_t bytes;
} zeroing;

static void zero_slice(void *context, size_t task, int thread)
{
    const zeroing *job = context;
    const size_t first = task * SLICE;
    const size_t left = job->bytes - first;

    (void)thread;
    memset(job->block + first, 0, left < SLICE ? left : SLICE);
}

void mpb_team_zero(const mpb_team *team, void *block, size_t bytes)
{
    zeroing job = {block, bytes};

    mpb_team_run(team, (bytes + SLICE - 1) / SLICE, zero_slice, &job);
}

mpb_status mpb_team_memory_create(const mpb_team *team, size_t count, size_t size, const char *what,
                                  void **block)
{
    MPB_TRY(mpb_memory_reserve(count, size, what, block));
    mpb_team_zero(team, *block, count * size);
    return MPB_OK;
}

mpb_status mpb_team_arena_create(const mpb_team *team, size_t capacity, const char *what,
                                 mpb_arena *arena)
{
    void *base = NULL;

    MPB_TRY(mpb_team_memory_create(team, capacity, 1, what, &base));
    *arena = (mpb_arena){.base = base, .capacity = capacity};
    return MPB_OK;
}
