/* Compiled once for each instruction set, without regrouping or fusing of operations: both loops
 * over elements must round alike. */

#include <stdbool.h>

#include "optim_internal.h"

static inline void update(mpb_adamw_factors f, float g, float *w, float *m, float *v)
{
    move_moments(f.rest1, f.beta2, f.rest2, g, m, v);
    *w = *w * f.keep - f.step_size * *m / (sqrtf(*v) * f.rescale + f.epsilon);
}

void MPB_ISA_NAME(mpb_adamw)(const mpb_adamw_factors *factors, size_t count,
                             const float *restrict gradients, float *restrict weights,
                             float *restrict first_moment, float *restrict second_moment)
{
    const mpb_adamw_factors f = *factors;

#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        update(f, gradients[i] * f.gradient_scale, weights + i, first_moment + i,
               second_moment + i);
    }
}

static bool is_zero(size_t count, const float *x)
{
    int other = 0;

#pragma omp simd reduction(| : other)
    for (size_t i = 0; i < count; i++) {
        other |= x[i] != 0.0f;
    }
    return other == 0;
}

static void idle_step(mpb_adamw_factors f, size_t count, float *restrict weights,
                      float *restrict first_moment, float *restrict second_moment)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        update(f, 0.0f, weights + i, first_moment + i, second_moment + i);
    }
}

static void decay(size_t count, float factor, float *x)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        x[i] *= factor;
    }
}

static void decay_second_moment(size_t count, float beta2, float *x)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        x[i] = normal_or_zero(beta2 * x[i]);
    }
}

/* Where the first moment is zero, weights move by their decay alone. */
void MPB_ISA_NAME(mpb_adamw_idle)(const mpb_adamw_factors *steps, size_t num_steps, size_t count,
                                  float *weights, float *first_moment, float *second_moment)
{
    const bool unmoved = is_zero(count, first_moment);
    const bool unused = unmoved && is_zero(count, second_moment);

    for (size_t s = 0; s < num_steps; s++) {
        if (!unmoved) {
            idle_step(steps[s], count, weights, first_moment, second_moment);
            continue;
        }
        if (steps[s].keep != 1.0f) {
            decay(count, steps[s].keep, weights);
        }
        if (!unused) {
            decay_second_moment(count, steps[s].beta2, second_moment);
        }
    }
}

double MPB_ISA_NAME(mpb_sum_of_squares)(size_t count, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sum;
}
