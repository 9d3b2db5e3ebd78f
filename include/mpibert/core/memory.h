#pragma once

/* Large aligned blocks, and an arena that is measured before it is placed.
 *
 * A block is aligned to a cache line (64 bytes); blocks of 2 MiB and more ask the kernel for huge
 * pages. All blocks come zeroed, but for those of mpb_memory_reserve. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

/* `*block` (owned by the caller) holds `count` zeroed elements of `size` bytes; `what` names the
 * purpose in the message when the machine refuses. */
MPB_MUST_CHECK mpb_status mpb_memory_create(size_t count, size_t size, const char *what,
                                            void **block);
/* Likewise, with undefined contents and pages that nobody has touched. */
MPB_MUST_CHECK mpb_status mpb_memory_reserve(size_t count, size_t size, const char *what,
                                             void **block);
void mpb_memory_destroy(void *block);

/* Hands out consecutive pieces of one block. An arena without a block (base NULL) only measures:
 * run the code that lays out a step once to learn `peak`, then again to place it. */
typedef struct mpb_arena {
    unsigned char *base; /* owned, NULL while measuring */
    size_t capacity;     /* bytes */
    size_t used;         /* bytes */
    size_t peak;         /* the largest `used` so far, bytes */
} mpb_arena;

MPB_MUST_CHECK mpb_status mpb_arena_create(size_t capacity, const char *what, mpb_arena *arena);
void mpb_arena_destroy(mpb_arena *arena);

/* The next `bytes`, aligned to 64; NULL while measuring. Taking more than was planned is our own
 * mistake and asserts. */
void *mpb_arena_take(mpb_arena *arena, size_t bytes);

/* Gives back everything taken since `mark`, an earlier value of `used`. */
void mpb_arena_rewind(mpb_arena *arena, size_t mark);
