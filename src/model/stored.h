#pragma once

/* What is saved between forward and backward: rows of floats, or of bf16 where the factors of
 * products are. Kernels compute in floats: where these lie, or else in a piece of memory that the
 * caller has at hand. */

#include <stddef.h>
#include <string.h>

#include "mpibert/math/gemm.h"
#include "mpibert/nn/kernels.h"

/* Rows ld elements apart; x is NULL while memory is only measured. */
typedef struct stored_rows {
    void *x;
    mpb_gemm_type type;
    int ld;
} stored_rows;

/* Rows of floats. */
static inline stored_rows stored_floats(float *x, int ld)
{
    return (stored_rows){.x = x, .type = MPB_GEMM_F32, .ld = ld};
}

/* From element (row, col) on. */
static inline stored_rows stored_from(stored_rows rows, size_t row, size_t col)
{
    const size_t at = row * (size_t)rows.ld + col;

    rows.x = rows.x == NULL ? NULL : (char *)rows.x + at * mpb_gemm_type_bytes(rows.type);
    return rows;
}

/* The next `count` elements as floats: where they lie, or in `memory`. */
static inline const float *stored_read(const mpb_nn *nn, stored_rows from, size_t count,
                                       float *memory)
{
    if (from.type == MPB_GEMM_F32) {
        return from.x;
    }
    nn->rows.widen(count, from.x, memory);
    return memory;
}

/* Keeps `count` elements. */
static inline void stored_keep(const mpb_nn *nn, stored_rows to, size_t count, const float *x)
{
    if (to.type == MPB_GEMM_F32) {
        memcpy(to.x, x, count * sizeof(*x));
    } else {
        nn->rows.round(count, x, to.x);
    }
}

/* Where the next elements are computed as floats: where they belong, or in `memory`. */
static inline float *stored_place(stored_rows to, float *memory)
{
    return to.type == MPB_GEMM_F32 ? to.x : memory;
}

/* `count` elements are computed in their place. */
static inline void stored_finish(const mpb_nn *nn, stored_rows to, size_t count, const float *made)
{
    if (to.type != MPB_GEMM_F32) {
        nn->rows.round(count, made, to.x);
    }
}
