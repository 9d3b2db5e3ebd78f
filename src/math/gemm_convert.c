#include "gemm_convert.h"

static void read_output(const mpb_gemm_args *args, float *values, int ld)
{
    for (int m = 0; m < args->M; m++) {
        const mpb_bf16 *c = (const mpb_bf16 *)args->c + (size_t)m * (size_t)args->ldc;
        float *to = values + (size_t)m * (size_t)ld;

        for (int n = 0; n < args->N; n++) {
            to[n] = mpb_bf16_widen(c[n]);
        }
    }
}

static void write_output(const mpb_gemm_args *args, const float *values, int ld)
{
    for (int m = 0; m < args->M; m++) {
        mpb_bf16 *c = (mpb_bf16 *)args->c + (size_t)m * (size_t)args->ldc;
        const float *from = values + (size_t)m * (size_t)ld;

        for (int n = 0; n < args->N; n++) {
            c[n] = mpb_bf16_round(from[n]);
        }
    }
}

const gemm_conversion MPB_ISA_NAME(mpb_gemm_conversion) = {read_output, write_output};
