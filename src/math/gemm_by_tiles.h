#pragma once

/* Micro-kernels of packed panels of pairs by AMX tiles, registers of 16 rows of 64 bytes.
 *
 * One instruction adds a tile of A (16 rows of 16 pairs) times one of B (16 pairs of 16 columns) to
 * 16 x 16 sums; a micro-tile has two by two of those. Panels of B are those of vectors. A panel of
 * A is cut into tiles, (steps / 16, MR, 16) pairs, each a kilobyte without gaps. Rows that are
 * missing in the last panel stay as they are: they touch no other row, and no one keeps what they
 * give.
 */

#include <immintrin.h>
#include <stdint.h>

#include "gemm_edge.h"
#include "gemm_micro.h"
#include "gemm_pack.h"
#include "gemm_pack_pairs.h"

enum { TILE_ROWS = 16, TILE_STEPS = 16, TILE_ROW_BYTES = 64 };

_Static_assert(GEMM_STRIP % MICRO_MR == 0 && GEMM_KC % TILE_STEPS == 0,
               "strips and blocks are whole panels");

/* As the processor reads it. */
typedef struct tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_shapes;

static const tile_shapes WHOLE_TILES = {.palette = 1,
                                        .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                                        .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

static inline void begin_micro_tiles(void)
{
    _tile_loadconfig(&WHOLE_TILES);
}

/* The system saves 8 KiB with a thread whose tiles are in use, whenever another one takes its core.
 */
static inline void end_micro_tiles(void)
{
    _tile_release();
}

/* GCC's loads of tiles do not say which memory they read: from here on, panels are written. */
MICRO_INLINE void settle_memory(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Registers 0 to 3 hold sums by row and column, 4 and 5 tiles of A, 6 and 7 tiles of B. */
MICRO_INLINE void clear_sums(void)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

/* sums += A B over 16 steps; `high` and `wide` micro-tiles have two tiles that way. */
MICRO_INLINE void add_steps(const float *a, const float *b, const bool high, const bool wide)
{
    enum { ROW_OF_B = MICRO_NR * sizeof(float) };

    _tile_loadd(4, a, TILE_ROW_BYTES);
    _tile_loadd(6, b, ROW_OF_B);
    _tile_dpbf16ps(0, 4, 6);
    if (wide) {
        _tile_loadd(7, b + MICRO_LANES, ROW_OF_B);
        _tile_dpbf16ps(1, 4, 7);
    }
    if (high) {
        _tile_loadd(5, a + TILE_ROWS * TILE_STEPS, TILE_ROW_BYTES);
        _tile_dpbf16ps(2, 5, 6);
    }
    if (high && wide) {
        _tile_dpbf16ps(3, 5, 7);
    }
}

MICRO_INLINE void store_sums(vec sum[MICRO_MR][MICRO_VECTORS])
{
    _tile_stored(0, &sum[0][0], sizeof sum[0]);
    _tile_stored(1, &sum[0][1], sizeof sum[0]);
    _tile_stored(2, &sum[TILE_ROWS][0], sizeof sum[0]);
    _tile_stored(3, &sum[TILE_ROWS][1], sizeof sum[0]);
}

MICRO_INLINE void multiply_tiles(const micro_tile *given, const int rows, const int vectors)
{
    const micro_tile tile = *given; /* which no write to C can change */
    const int fetch_at = tile.kc > FETCH_AHEAD ? tile.kc - FETCH_AHEAD : 0;
    vec sum[MICRO_MR][MICRO_VECTORS];

    settle_memory();
    clear_sums();
    for (int k = 0; k < tile.kc; k += TILE_STEPS) {
        if (k == fetch_at) {
            fetch_output(&tile, rows, vectors);
        }
        add_steps(tile.a + (size_t)k * MICRO_MR, tile.b + (size_t)k * MICRO_NR, rows > TILE_ROWS,
                  vectors > 1);
    }
    store_sums(sum);
    write_output(&tile, sum, rows, vectors);
}

#define MICRO_KERNEL(parts, vectors)                                                               \
    static void micro_##parts##_##vectors(const micro_tile *tile)                                  \
    {                                                                                              \
        multiply_tiles(tile, (parts) * MICRO_PART, vectors);                                       \
    }
MICRO_KERNEL(1, 1)
MICRO_KERNEL(1, 2)
MICRO_KERNEL(2, 1)
MICRO_KERNEL(2, 2)

/* By height and width. */
static micro_kernel *const MICRO_KERNELS[MICRO_MR / MICRO_PART][MICRO_VECTORS] = {
    {micro_1_1, micro_1_2}, {micro_2_1, micro_2_2}};

/* `rows` rows of the first 16 of `left` pairs */
static inline void pack_tile(const operand *pairs, size_t left, int rows, float *tile)
{
    if (pairs->rows_across) {
        pack_columns(pairs->x, pairs->ld, TILE_STEPS, rows, TILE_STEPS, tile);
    } else {
        pack_rows(pairs->x, pairs->ld, left, rows, TILE_STEPS, tile);
    }
}

/* `count` rows of `steps` pairs */
static inline void pack_tiles(const operand *pairs, int count, int steps, float *panels)
{
    for (int m = 0; m < count; m += MICRO_MR) {
        for (int k = 0; k < steps; k += TILE_STEPS) {
            const operand from = operand_from(*pairs, m, k);

            pack_tile(&from, (size_t)(steps - k), count - m < MICRO_MR ? count - m : MICRO_MR,
                      panels);
            panels += MICRO_MR * TILE_STEPS;
        }
    }
}

static inline void pack_rows_of_a(const operand *from, int count, int kc, float *strip,
                                  float *panels)
{
    const int steps = micro_steps(kc);

    for (int m = 0; m < count; m += GEMM_STRIP) {
        int here = count - m < GEMM_STRIP ? count - m : GEMM_STRIP;
        const operand pairs = make_pairs(operand_from(*from, m, 0), here, kc, strip);

        pack_tiles(&pairs, here, steps, panels + (size_t)m * (size_t)steps);
    }
}

static inline void pack_columns_of_b(const operand *from, int count, int kc, float *strip,
                                     float *panels)
{
    pack_pairs(from, count, kc, MICRO_NR, strip, panels);
}
