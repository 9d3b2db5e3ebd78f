#pragma once

/* Loops over values that ranks sum, one table for each instruction set. Serial. */

#include <stddef.h>

#include "mpibert/math/bf16.h"
#include "mpibert/math/isa.h"

typedef struct sum_kernels {
    /* y += x */
    void (*add)(size_t count, const float *x, float *y);
    void (*add_bf16)(size_t count, const mpb_bf16 *x, float *y);
    /* y = x */
    void (*widen)(size_t count, const mpb_bf16 *x, float *y);
    /* rounded = x, x = rounded */
    void (*round)(size_t count, float *x, mpb_bf16 *rounded);
    /* Likewise of x + rest, and new_rest = what rounding took away. */
    void (*round_on)(size_t count, float *x, const float *rest, float *new_rest, mpb_bf16 *rounded);
    /* sum of x[i]^2, in double precision */
    double (*squares)(size_t count, const float *x);
} sum_kernels;

const sum_kernels *sum_kernels_for(mpb_isa isa);
