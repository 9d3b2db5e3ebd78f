#include "nn_internal.h"
#include "vector_math.h"

void MPB_ISA_NAME(mpb_rows_gelu)(size_t count, const float *u, float *a)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        a[i] = u[i] * vector_normal(u[i]).cumulative;
    }
}

void MPB_ISA_NAME(mpb_rows_gelu_backward)(size_t count, const float *u, const float *da, float *du)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        normal_values normal = vector_normal(u[i]);

        du[i] = da[i] * (normal.cumulative + u[i] * normal.density);
    }
}

/* silu(u) = u s with s = 1 / (1 + exp(-u)), whose derivative is s (1 + u (1 - s)). */
void MPB_ISA_NAME(mpb_rows_silu)(size_t count, const float *u, float *a)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        a[i] = u[i] / (1.0f + vector_exp(-u[i]));
    }
}

void MPB_ISA_NAME(mpb_rows_silu_backward)(size_t count, const float *u, const float *da, float *du)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        const float s = 1.0f / (1.0f + vector_exp(-u[i]));

        du[i] = da[i] * s * (1.0f + u[i] * (1.0f - s));
    }
}

void MPB_ISA_NAME(mpb_rows_tanh)(size_t count, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] = vector_tanh(x[i]);
    }
}

void MPB_ISA_NAME(mpb_rows_tanh_backward)(size_t count, const float *y, float *dy)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        dy[i] *= 1.0f - y[i] * y[i];
    }
}

/* Both compare so that NaN stays NaN. */
void MPB_ISA_NAME(mpb_rows_relu)(size_t count, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] = x[i] <= 0.0f ? 0.0f : x[i];
    }
}

void MPB_ISA_NAME(mpb_rows_relu_backward)(size_t count, const float *y, float *dy)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        dy[i] = y[i] <= 0.0f ? 0.0f : dy[i];
    }
}
