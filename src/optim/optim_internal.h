#pragma once

/* The kernels of the instruction set MPB_ISA, which kernel_table.c gathers, and what they share. */

#include <float.h>
#include <math.h>

#include "mpibert/optim/kernels.h"

void MPB_ISA_NAME(mpb_adamw)(const mpb_adamw_factors *factors, size_t count,
                             const float *restrict gradients, float *restrict weights,
                             float *restrict first_moment, float *restrict second_moment);
void MPB_ISA_NAME(mpb_adamw_idle)(const mpb_adamw_factors *steps, size_t num_steps, size_t count,
                                  float *weights, float *first_moment, float *second_moment);
void MPB_ISA_NAME(mpb_lamb_measure)(const mpb_lamb_factors *factors, size_t count,
                                    const float *gradients, const float *weights,
                                    float *first_moment, float *second_moment,
                                    mpb_lamb_norms *norms);
void MPB_ISA_NAME(mpb_lamb_update)(const mpb_lamb_factors *factors, float rate, size_t count,
                                   float *restrict weights, const float *restrict first_moment,
                                   const float *restrict second_moment);
double MPB_ISA_NAME(mpb_sum_of_squares)(size_t count, const float *x);

extern const mpb_optim MPB_ISA_NAME(mpb_optim);

/* An element that gets no more gradients would stay a denormal number for ever, and those are slow
 * on many CPUs. */
static inline float normal_or_zero(float x)
{
    return fabsf(x) < FLT_MIN ? 0.0f : x;
}

static inline void move_moments(float rest1, float beta2, float rest2, float g, float *m, float *v)
{
    *m = normal_or_zero(*m + rest1 * (g - *m));
    *v = normal_or_zero(beta2 * *v + rest2 * g * g);
}
