#pragma once

/* Between an output of bf16 and the floats that it is computed in, one pair for each instruction
 * set. */

#include "mpibert/math/gemm.h"

typedef struct gemm_conversion {
    /* values = C, rows ld apart */
    void (*read)(const mpb_gemm_args *args, float *values, int ld);
    /* C = values, rounded */
    void (*write)(const mpb_gemm_args *args, const float *values, int ld);
} gemm_conversion;

extern const gemm_conversion mpb_gemm_conversion_plain, mpb_gemm_conversion_avx2,
    mpb_gemm_conversion_avx512;
