#include "mpibert/math/team_memory.h"

#include <stdbool.h>
#include <stdint.h>

#include "check.h"

enum { SLICE = 1 << 21 };

static bool all_are(const unsigned char *bytes, size_t count, unsigned char value)
{
    size_t at = 0;

    while (at < count && bytes[at] == value) {
        at++;
    }
    return at == count;
}

/* Around the slices that threads are dealt. */
static void zeroes_what_was_asked_for_and_no_more(const mpb_team *team)
{
    static const size_t sizes[] = {0, 1, SLICE - 1, SLICE, SLICE + 1, 5 * (size_t)SLICE + 17};
    const size_t room = 6 * (size_t)SLICE;
    unsigned char *block = malloc(room);

    CHECK(block != NULL);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        memset(block, 7, room);
        mpb_team_zero(team, block + 1, sizes[i]);
        CHECK(block[0] == 7);
        CHECK(all_are(block + 1, sizes[i], 0));
        CHECK(all_are(block + 1 + sizes[i], room - 1 - sizes[i], 7));
    }
    free(block);
}

static void blocks_and_arenas_come_zeroed_and_aligned(const mpb_team *team)
{
    const size_t size = 3 * (size_t)SLICE + 5;
    mpb_arena arena;

    for (int i = 0; i < 3; i++) {
        void *block;

        CHECK_OK(mpb_team_memory_create(team, size, 1, "a test", &block));
        CHECK((uintptr_t)block % 64 == 0 && all_are(block, size, 0));
        memset(block, 7, size);
        mpb_memory_destroy(block);
    }
    CHECK_OK(mpb_team_arena_create(team, size, "a test", &arena));
    CHECK(arena.used == 0 && arena.capacity == size && all_are(arena.base, size, 0));
    mpb_arena_destroy(&arena);
}

static void what_no_machine_has_is_refused(const mpb_team *team)
{
    void *block;

    CHECK_FAILS(mpb_team_memory_create(team, SIZE_MAX / 2, 3, "a test", &block), MPB_ERR_SYSTEM,
                "no memory for a test");
}

int main(void)
{
    for (int threads = 1; threads <= 3; threads++) {
        mpb_team team;

        CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
        zeroes_what_was_asked_for_and_no_more(&team);
        blocks_and_arenas_come_zeroed_and_aligned(&team);
        what_no_machine_has_is_refused(&team);
        mpb_team_end(&team);
    }
    return 0;
}
