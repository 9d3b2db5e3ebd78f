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

void MPB_ISA_NAME(mpb_rows_add_low_rank)(size_t rows, int cols, int rank, float scale,
                                         const float *u, const float *b, int ldb, int ld, float *y)
{
    for (size_t r = 0; r < rows; r++) {
        const float *ur = u + r * (size_t)rank;
        float *yr = y + r * (size_t)ld;

        for (int k = 0; k < rank; k++) {
            const float factor = scale * ur[k];
            const float *bk = b + (size_t)k * (size_t)ldb;

#pragma omp simd
            for (int c = 0; c < cols; c++) {
                yr[c] += factor * bk[c];
            }
        }
    }
}
