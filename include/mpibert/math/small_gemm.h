#pragma once

/* Products of small matrices as they lie in memory, for a kernel that keeps its factors at hand:
 * what is left of mpb_gemm without packing and threads.
 *
 * For files compiled for each instruction set (ISA_SOURCES of mpibert/math/isa.h); the sizes below
 * are those of the set at hand. Local.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"

/* Floats of a vector. */
#if defined(__AVX512F__)
enum { MPB_SMALL_LANES = 16 };
#elif defined(__AVX2__)
enum { MPB_SMALL_LANES = 8 };
#else
enum { MPB_SMALL_LANES = 4 };
#endif

/* Columns of C that are computed at a time, and the most of any set; rows come in such steps. */
enum { MPB_SMALL_WIDTH = 2 * MPB_SMALL_LANES, MPB_SMALL_WIDEST = 32, MPB_SMALL_ROWS = 4 };

/* n rounded up to a multiple of step */
static inline int mpb_round_up(int n, int step)
{
    return (n + step - 1) / step * step;
}

/* C (M, N) = alpha op(A) B, or C += alpha op(A) B. Row-major with row distances lda, ldb, ldc;
 * op(A) is (M, K), B (K, N) and C does not overlap them. Memory is read up to the next multiple of
 * MPB_SMALL_ROWS rows of op(A) and of MPB_SMALL_LANES columns of B, whatever is there; b is aligned
 * to 64 bytes and ldb a multiple of 16. Every element is summed over k in the same order whatever M
 * and N are. */
typedef struct mpb_small_gemm_args {
    mpb_transpose trans_a;
    int M, N, K;
    float alpha;
    bool add;
    const float *a;
    int lda;
    const float *b;
    int ldb;
    float *c;
    int ldc;
} mpb_small_gemm_args;

typedef void mpb_small_gemm_fn(const mpb_small_gemm_args *args);

mpb_small_gemm_fn mpb_small_gemm_plain, mpb_small_gemm_avx2, mpb_small_gemm_avx512;

/* y (cols, rows) = x^T for x (rows, cols). */
typedef void mpb_small_transpose_fn(int rows, int cols, const float *x, int ldx, float *y, int ldy);

mpb_small_transpose_fn mpb_small_transpose_plain, mpb_small_transpose_avx2,
    mpb_small_transpose_avx512;
