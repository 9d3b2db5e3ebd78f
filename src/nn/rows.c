#include "nn_internal.h"

void MPB_ISA_NAME(mpb_rows_add_bias)(size_t rows, int C, int ld, const float *bias, float *y)
{
    for (size_t r = 0; r < rows; r++) {
        float *yr = y + r * (size_t)ld;

#pragma omp simd
        for (int c = 0; c < C; c++) {
            yr[c] += bias[c];
        }
    }
}

void MPB_ISA_NAME(mpb_rows_add)(size_t count, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] += x[i];
    }
}

void MPB_ISA_NAME(mpb_rows_bias_backward)(size_t rows, int cols, int ld, const float *dy, float *db)
{
    for (size_t r = 0; r < rows; r++) {
        const float *dyr = dy + r * (size_t)ld;

#pragma omp simd
        for (int c = 0; c < cols; c++) {
            db[c] += dyr[c];
        }
    }
}
