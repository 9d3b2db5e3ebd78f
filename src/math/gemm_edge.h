#pragma once

/* Micro-tiles of which C has a part only. */

#include "gemm_micro.h"

typedef void micro_kernel(const micro_tile *tile);

static inline void copy_tile(int rows, int cols, const float *from, size_t ld_from, float *to,
                             size_t ld_to)
{
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < cols; c++) {
            to[(size_t)r * ld_to + (size_t)c] = from[(size_t)r * ld_from + (size_t)c];
        }
    }
}

/* A tile that the kernel would write beyond goes through memory of its own. */
static inline void multiply_edge(micro_kernel *kernel, micro_tile tile, int rows, int cols)
{
    float inside[MICRO_MR * MICRO_NR] __attribute__((aligned(64))) = {0};
    float *c = tile.c;
    size_t ldc = tile.ldc;

    if (tile.add) {
        copy_tile(rows, cols, c, ldc, inside, MICRO_NR);
    }
    tile.c = inside;
    tile.ldc = MICRO_NR;
    kernel(&tile);
    copy_tile(rows, cols, inside, MICRO_NR, c, ldc);
}

/* `kernel` is the smallest that covers rows x cols. */
static inline void multiply_some(micro_kernel *kernel, const micro_tile *tile, int rows, int cols)
{
    if (rows % MICRO_PART == 0 && cols % MICRO_LANES == 0) {
        kernel(tile);
    } else {
        multiply_edge(kernel, *tile, rows, cols);
    }
}
