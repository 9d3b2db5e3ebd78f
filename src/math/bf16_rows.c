#include "mpibert/math/bf16.h"
#include "mpibert/math/isa.h"

void MPB_ISA_NAME(mpb_bf16_widen_row)(size_t count, const mpb_bf16 *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] = mpb_bf16_widen(x[i]);
    }
}

void MPB_ISA_NAME(mpb_bf16_round_row)(size_t count, const float *x, mpb_bf16 *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] = mpb_bf16_round(x[i]);
    }
}
