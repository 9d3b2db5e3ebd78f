#include <assert.h>
#include <math.h>

#include "nn_internal.h"

/* Gives rstd. A second pass costs one read of a row in cache; E[x^2] - E[x]^2 loses digits when the
 * mean is large. */
static float normalise(int C, float eps, const float *x, float *xhat)
{
    float sum = 0.0f;
    float squares = 0.0f;
    float mean;
    float rstd;

#pragma omp simd reduction(+ : sum)
    for (int c = 0; c < C; c++) {
        sum += x[c];
    }
    mean = sum / (float)C;
#pragma omp simd reduction(+ : squares)
    for (int c = 0; c < C; c++) {
        float centred = x[c] - mean;

        squares += centred * centred;
    }
    rstd = 1.0f / sqrtf(squares / (float)C + eps);
#pragma omp simd
    for (int c = 0; c < C; c++) {
        xhat[c] = (x[c] - mean) * rstd;
    }
    return rstd;
}

static void scale_and_shift(int C, const float *xhat, const float *gamma, const float *beta,
                            float *y)
{
#pragma omp simd
    for (int c = 0; c < C; c++) {
        y[c] = xhat[c] * gamma[c] + beta[c];
    }
}

void MPB_ISA_NAME(mpb_layernorm_forward)(size_t rows, int C, float eps, const float *x,
                                         const float *gamma, const float *beta, float *y,
                                         float *xhat, float *rstd)
{
    assert(C > 0 && eps > 0.0f);

    for (size_t r = 0; r < rows; r++) {
        size_t at = r * (size_t)C;

        rstd[r] = normalise(C, eps, x + at, xhat + at);
        scale_and_shift(C, xhat + at, gamma, beta, y + at);
    }
}

void MPB_ISA_NAME(mpb_layernorm_forward_bf16)(size_t rows, int C, float eps, const float *x,
                                              const float *gamma, const float *beta, float *y,
                                              mpb_bf16 *xhat, float *rstd)
{
    assert(C > 0 && eps > 0.0f);

    for (size_t r = 0; r < rows; r++) {
        size_t at = r * (size_t)C;

        rstd[r] = normalise(C, eps, x + at, y + at);
        MPB_ISA_NAME(mpb_bf16_round_row)((size_t)C, y + at, xhat + at);
        MPB_ISA_NAME(mpb_bf16_widen_row)((size_t)C, xhat + at, y + at);
        scale_and_shift(C, y + at, gamma, beta, y + at);
    }
}

void MPB_ISA_NAME(mpb_layernorm_rebuild)(size_t rows, int C, const float *xhat, const float *gamma,
                                         const float *beta, float *y)
{
    for (size_t r = 0; r < rows; r++) {
        size_t at = r * (size_t)C;

        scale_and_shift(C, xhat + at, gamma, beta, y + at);
    }
}

/* With g = dy * gamma, the derivative through mean and rstd leaves
 *
 *     dx = rstd * (g - mean_c(g) - xhat * mean_c(g * xhat))
 */
static void row_backward(int C, float rstd, const float *dy, const float *xhat, const float *gamma,
                         float *dx)
{
    float mean_g = 0.0f;
    float mean_gx = 0.0f;

#pragma omp simd reduction(+ : mean_g, mean_gx)
    for (int c = 0; c < C; c++) {
        float g = dy[c] * gamma[c];

        mean_g += g;
        mean_gx += g * xhat[c];
    }
    mean_g /= (float)C;
    mean_gx /= (float)C;
#pragma omp simd
    for (int c = 0; c < C; c++) {
        dx[c] = rstd * (dy[c] * gamma[c] - mean_g - xhat[c] * mean_gx);
    }
}

void MPB_ISA_NAME(mpb_layernorm_backward)(size_t rows, int C, const float *dy, const float *xhat,
                                          const float *gamma, const float *rstd, float *dx)
{
    assert(C > 0);

    for (size_t r = 0; r < rows; r++) {
        size_t at = r * (size_t)C;

        row_backward(C, rstd[r], dy + at, xhat + at, gamma, dx + at);
    }
}

void MPB_ISA_NAME(mpb_layernorm_backward_params)(size_t rows, int cols, int ld, const float *dy,
                                                 const float *xhat, float *dgamma, float *dbeta)
{
    for (size_t r = 0; r < rows; r++) {
        const float *dyr = dy + r * (size_t)ld;
        const float *xr = xhat + r * (size_t)ld;

#pragma omp simd
        for (int c = 0; c < cols; c++) {
            dgamma[c] += dyr[c] * xr[c];
            dbeta[c] += dyr[c];
        }
    }
}
