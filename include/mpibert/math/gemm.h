#pragma once

/* Matrix products over row-major float arrays: C = alpha op(A) op(B) + beta C.
 *
 * op(A) is M x K, op(B) is K x N, C is M x N; lda, ldb, ldc are the distances between stored rows.
 * With beta = 0, C is not read. The one door to BLAS and to kernels of our own.
 */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/math/isa.h"
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

typedef enum mpb_gemm_kernel { MPB_GEMM_OWN, MPB_GEMM_BLAS } mpb_gemm_kernel;

/* What products are computed with. */
typedef struct mpb_gemm_context {
    const mpb_team *team; /* borrowed */
    mpb_gemm_kernel kernel;
    mpb_isa isa;    /* of our own kernels; this CPU must support it */
    float *scratch; /* borrowed, (team->threads, mpb_gemm_scratch()), aligned to 64 bytes */
} mpb_gemm_context;

/* Floats that a thread needs to pack what it multiplies. */
size_t mpb_gemm_scratch(void);

/* On all threads of the team: the output is cut into a grid of tiles, K is never split, so the
 * result does not depend on the number of threads. M or N of 0 is allowed. mpb_blas_single_threaded
 * must have been called. */
void mpb_gemm(const mpb_gemm_context *context, const mpb_gemm_args *args);

/* On the calling thread, the one with this number in the team; for use inside tasks. */
void mpb_gemm_serial(const mpb_gemm_context *context, int thread, const mpb_gemm_args *args);

/* Measures both kinds of kernels for some milliseconds. Ours are chosen unless BLAS is clearly
 * faster: the choice changes the last bits of results, so chance must not make it. Ranks of a job
 * must agree on one. */
MPB_MUST_CHECK mpb_status mpb_gemm_calibrate(mpb_isa isa, mpb_gemm_kernel *kernel);

/* "AVX-512 products of our own" or mpb_blas_description. */
const char *mpb_gemm_description(mpb_gemm_kernel kernel, mpb_isa isa);
