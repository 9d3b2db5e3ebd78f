/* Compiled once for each instruction set. All but the sum of squares work by element, so they give
 * the same bits. */

#include "sum_kernels.h"

extern const sum_kernels MPB_ISA_NAME(sum_kernels);

static void add(size_t count, const float *restrict x, float *restrict y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] += x[i];
    }
}

static void add_bf16(size_t count, const mpb_bf16 *restrict x, float *restrict y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] += mpb_bf16_widen(x[i]);
    }
}

static void widen(size_t count, const mpb_bf16 *restrict x, float *restrict y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] = mpb_bf16_widen(x[i]);
    }
}

static void round_values(size_t count, float *restrict x, mpb_bf16 *restrict rounded)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        rounded[i] = mpb_bf16_round(x[i]);
        x[i] = mpb_bf16_widen(rounded[i]);
    }
}

static void round_on(size_t count, float *restrict x, const float *restrict rest,
                     float *restrict new_rest, mpb_bf16 *restrict rounded)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        const float exact = x[i] + rest[i];

        rounded[i] = mpb_bf16_round(exact);
        x[i] = mpb_bf16_widen(rounded[i]);
        new_rest[i] = exact - x[i];
    }
}

static double squares(size_t count, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sum;
}

const sum_kernels MPB_ISA_NAME(sum_kernels) = {.add = add,
                                               .add_bf16 = add_bf16,
                                               .widen = widen,
                                               .round = round_values,
                                               .round_on = round_on,
                                               .squares = squares};
