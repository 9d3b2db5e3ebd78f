/* Compiled once for each instruction set, without regrouping or fusing of operations: both halves of
 * a step must round alike. */

#include "optim_internal.h"

enum { TERM = MPB_SQUARE_TERM };

/* u of one element. */
static inline float update_of(mpb_lamb_factors f, float w, float m, float v)
{
    return m * f.unbias / (sqrtf(v) * f.rescale + f.epsilon) + f.decay * w;
}

/* Always in the same order. */
static inline double term_of(const float x[TERM])
{
    double sums[TERM / 2];

    for (int i = 0; i < TERM / 2; i++) {
        const double low = (double)x[i];
        const double high = (double)x[i + TERM / 2];

        sums[i] = low * low + high * high;
    }
    for (int width = TERM / 4; width > 0; width /= 2) {
        for (int i = 0; i < width; i++) {
            sums[i] += sums[i + width];
        }
    }
    return sums[0];
}

/* `count` <= TERM elements, which make one term of each norm. */
static inline void measure_term(mpb_lamb_factors f, size_t count, const float *restrict gradients,
                                const float *restrict weights, float *restrict first_moment,
                                float *restrict second_moment, mpb_lamb_norms *norms)
{
    float w[TERM] = {0}, u[TERM] = {0};

#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        const float g = gradients == NULL ? 0.0f : gradients[i] * f.gradient_scale;

        move_moments(f.rest1, f.beta2, f.rest2, g, first_moment + i, second_moment + i);
        w[i] = weights[i];
        u[i] = update_of(f, w[i], first_moment[i], second_moment[i]);
    }
    mpb_square_sum_add(&norms->weights, term_of(w));
    mpb_square_sum_add(&norms->updates, term_of(u));
}

void MPB_ISA_NAME(mpb_lamb_measure)(const mpb_lamb_factors *factors, size_t count,
                                    const float *gradients, const float *weights,
                                    float *first_moment, float *second_moment,
                                    mpb_lamb_norms *norms)
{
    const mpb_lamb_factors f = *factors;
    size_t at = 0;

    for (; at + TERM <= count; at += TERM) {
        measure_term(f, TERM, gradients == NULL ? NULL : gradients + at, weights + at,
                     first_moment + at, second_moment + at, norms);
    }
    if (at < count) {
        measure_term(f, count - at, gradients == NULL ? NULL : gradients + at, weights + at,
                     first_moment + at, second_moment + at, norms);
    }
}

void MPB_ISA_NAME(mpb_lamb_update)(const mpb_lamb_factors *factors, float rate, size_t count,
                                   float *restrict weights, const float *restrict first_moment,
                                   const float *restrict second_moment)
{
    const mpb_lamb_factors f = *factors;

#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        weights[i] -= rate * update_of(f, weights[i], first_moment[i], second_moment[i]);
    }
}
