#pragma once

/* Rows of one head where the model keeps them, far apart, and in scratch. */

#include <stddef.h>

#include "nn_internal.h"

/* Bytes of a cache line, and how many rows ahead is soon enough. */
enum { LINE = 64, ROWS_AHEAD = 8 };

/* Rows of D elements, one a query or one a key. */
typedef struct head_rows {
    const void *x;
    mpb_gemm_type type;
    int ld;
} head_rows;

/* Rows of D floats that are computed. */
typedef struct float_rows {
    float *x;
    int ld;
} float_rows;

static inline head_rows rows_from(head_rows rows, int first)
{
    const size_t elements = (size_t)first * (size_t)rows.ld;

    rows.x = (const char *)rows.x + elements * mpb_gemm_type_bytes(rows.type);
    return rows;
}

/* Rows of a head are too far apart for the processor to guess the next one. */
static inline void fetch_row(int head_size, head_rows rows, int row)
{
    const char *bytes = rows_from(rows, row).x;
    const int count = head_size * (int)mpb_gemm_type_bytes(rows.type);

    for (int i = 0; i < count; i += LINE) {
        __builtin_prefetch(bytes + i);
    }
}

static inline void copy_floats(int head_size, const float *x, float *y)
{
#pragma omp simd
    for (int d = 0; d < head_size; d++) {
        y[d] = x[d];
    }
}

/* y (count, D) = the rows as floats */
static inline void read_rows(int count, int head_size, head_rows from, float_rows y)
{
    for (int r = 0; r < count; r++) {
        const void *row = rows_from(from, r).x;
        float *to = y.x + (size_t)r * (size_t)y.ld;

        if (r + ROWS_AHEAD < count) {
            fetch_row(head_size, from, r + ROWS_AHEAD);
        }
        if (from.type == MPB_GEMM_BF16) {
            MPB_ISA_NAME(mpb_bf16_widen_row)((size_t)head_size, row, to);
        } else {
            copy_floats(head_size, row, to);
        }
    }
}

/* y (count, D) of `type`, rows ldy apart, = x */
static inline void write_rows(int count, int head_size, float_rows x, mpb_gemm_type type, void *y,
                              int ldy)
{
    const size_t row_bytes = (size_t)ldy * mpb_gemm_type_bytes(type);

    for (int r = 0; r < count; r++) {
        const float *row = x.x + (size_t)r * (size_t)x.ld;
        void *to = (char *)y + (size_t)r * row_bytes;

        if (type == MPB_GEMM_BF16) {
            MPB_ISA_NAME(mpb_bf16_round_row)((size_t)head_size, row, to);
        } else {
            copy_floats(head_size, row, to);
        }
    }
}
