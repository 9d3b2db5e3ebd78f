#pragma once

/* Micro-kernels of packed panels by vector instructions. */

#include "gemm_edge.h"
#include "gemm_micro.h"
#include "gemm_pack.h"
#include "gemm_pack_pairs.h"

#define MICRO_KERNEL(parts, vectors)                                                               \
    static void micro_##parts##_##vectors(const micro_tile *tile)                                  \
    {                                                                                              \
        multiply_micro_tile(tile, 1, MICRO_MR, MICRO_NR, (parts) * MICRO_PART, vectors);           \
    }
MICRO_KERNEL(1, 1)
MICRO_KERNEL(1, 2)
MICRO_KERNEL(2, 1)
MICRO_KERNEL(2, 2)
MICRO_KERNEL(3, 1)
MICRO_KERNEL(3, 2)

/* By height and width. */
static micro_kernel *const MICRO_KERNELS[MICRO_MR / MICRO_PART][MICRO_VECTORS] = {
    {micro_1_1, micro_1_2}, {micro_2_1, micro_2_2}, {micro_3_1, micro_3_2}};

/* Vector registers need nothing around their use. */
static inline void begin_micro_tiles(void)
{
}

static inline void end_micro_tiles(void)
{
}

static inline __attribute__((always_inline)) void
pack(const operand *from, int count, int kc, const size_t width, float *strip, float *panels)
{
    if (MICRO_DEPTH == 1) {
        pack_panels(from, count, kc, width, strip, panels);
    } else {
        pack_pairs(from, count, kc, width, strip, panels);
    }
}

static inline void pack_rows_of_a(const operand *from, int count, int kc, float *strip,
                                  float *panels)
{
    pack(from, count, kc, MICRO_MR, strip, panels);
}

static inline void pack_columns_of_b(const operand *from, int count, int kc, float *strip,
                                     float *panels)
{
    pack(from, count, kc, MICRO_NR, strip, panels);
}
