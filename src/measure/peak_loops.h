#pragma once

/* Loops that do nothing but keep the arithmetic units, or the memory, busy; one table for each
 * instruction set. */

#include <stddef.h>

#include "mpibert/math/isa.h"

typedef struct peak_loops {
    double flops_of_round; /* of multiply_add, a multiply-add counted as 2 */
    /* Independent chains x = x a + b in registers; the result must be used. */
    float (*multiply_add)(size_t rounds);
    /* a[i] = b[i] + scale * c[i] */
    void (*triad)(size_t count, float scale, const float *b, const float *c, float *a);
} peak_loops;

const peak_loops *peak_loops_for(mpb_isa isa);
