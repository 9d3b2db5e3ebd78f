#include "mpibert/core/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CACHE_LINE = 64, HUGE_PAGE = 2 * 1024 * 1024 };

static size_t round_up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

mpb_status mpb_memory_reserve(size_t count, size_t size, const char *what, void **block)
{
    size_t unit = CACHE_LINE;
    size_t bytes;
    void *made;

    MPB_REQUIRE(size == 0 || count <= (SIZE_MAX - HUGE_PAGE) / size, MPB_ERR_SYSTEM,
                "no memory for %s: %zu x %zu bytes is more than any machine has", what, count,
                size);
    if (count * size >= HUGE_PAGE) {
        unit = HUGE_PAGE;
    }
    bytes = round_up(count * size > 0 ? count * size : 1, unit);
    made = aligned_alloc(unit, bytes);
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for %s: %.1f MiB were refused", what,
                (double)bytes / (1024.0 * 1024.0));
    if (unit == HUGE_PAGE) {
        madvise(made, bytes, MADV_HUGEPAGE);
    }
    *block = made;
    return MPB_OK;
}

mpb_status mpb_memory_create(size_t count, size_t size, const char *what, void **block)
{
    MPB_TRY(mpb_memory_reserve(count, size, what, block));
    memset(*block, 0, count * size);
    return MPB_OK;
}

void mpb_memory_destroy(void *block)
{
    free(block);
}

mpb_status mpb_arena_create(size_t capacity, const char *what, mpb_arena *arena)
{
    void *base = NULL;

    MPB_TRY(mpb_memory_create(capacity, 1, what, &base));
    *arena = (mpb_arena){.base = base, .capacity = capacity};
    return MPB_OK;
}

void mpb_arena_destroy(mpb_arena *arena)
{
    mpb_memory_destroy(arena->base);
    *arena = (mpb_arena){0};
}

void *mpb_arena_take(mpb_arena *arena, size_t bytes)
{
    unsigned char *piece = arena->base == NULL ? NULL : arena->base + arena->used;

    arena->used += round_up(bytes, CACHE_LINE);
    if (arena->used > arena->peak) {
        arena->peak = arena->used;
    }
    assert(arena->base == NULL || arena->used <= arena->capacity);
    return piece;
}

void mpb_arena_rewind(mpb_arena *arena, size_t mark)
{
    assert(mark <= arena->used);
    arena->used = mark;
}
