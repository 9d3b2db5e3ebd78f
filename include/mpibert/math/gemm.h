#pragma once

/* Matrix products over row-major float arrays: C = alpha op(A) op(B) + beta C.
 *
 * op(A) is M x K, op(B) is K x N, C is M x N; lda, ldb, ldc are the distances between stored rows.
 * The one door to BLAS (and to kernels of our own that beat it).
 */

#include "mpibert/math/team.h"

typedef enum mpb_transpose { MPB_NO_TRANS, MPB_TRANS } mpb_transpose;

typedef struct mpb_gemm_args {
    mpb_transpose trans_a, trans_b;
    int M, N, K;
    float alpha, beta;
    const float *a;
    int lda;
    const float *b;
    int ldb;
    float *c;
    int ldc;
} mpb_gemm_args;

/* On all threads of the team: the output is cut into a grid of tiles, K is never split, so the
 * result does not depend on the number of threads. M or N of 0 is allowed. mpb_blas_single_threaded
 * must have been called. */
void mpb_gemm(const mpb_team *team, const mpb_gemm_args *args);

/* On the calling thread; for use inside tasks. */
void mpb_gemm_serial(const mpb_gemm_args *args);
