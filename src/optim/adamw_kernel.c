/* Compiled once for each instruction set. */

#include "mpibert/optim/adamw.h"

#include <math.h>

static void adamw(const mpb_adamw_step *step, size_t count, const float *restrict gradients,
                  float *restrict weights, float *restrict first_moment,
                  float *restrict second_moment)
{
    const double correction1 = 1.0 - pow((double)step->beta1, (double)step->step);
    const double correction2 = 1.0 - pow((double)step->beta2, (double)step->step);
    const float keep = (float)(1.0 - step->learning_rate * (double)step->weight_decay);
    const float step_size = (float)(step->learning_rate / correction1);
    const float root2 = (float)sqrt(correction2);
    const float beta2 = step->beta2;
    const float rest1 = 1.0f - step->beta1;
    const float rest2 = 1.0f - step->beta2;
    const float epsilon = step->epsilon;
    const float scale = step->gradient_scale;

#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        float g = gradients[i] * scale;
        float m = first_moment[i] + rest1 * (g - first_moment[i]);
        float v = beta2 * second_moment[i] + rest2 * g * g;

        first_moment[i] = m;
        second_moment[i] = v;
        weights[i] = weights[i] * keep - step_size * m / (sqrtf(v) / root2 + epsilon);
    }
}

static double sum_of_squares(size_t count, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sum;
}

extern const mpb_optim MPB_ISA_NAME(mpb_optim);
const mpb_optim MPB_ISA_NAME(mpb_optim) = {.adamw = adamw, .sum_of_squares = sum_of_squares};
