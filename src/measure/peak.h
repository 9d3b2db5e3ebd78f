#pragma once

/* The most floating-point operations a second that the machine gives, in registers and in a matrix
 * product. Rates are the sum over all ranks, which work at the same time. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"

/* Multiply-adds in registers, on the threads of `team`; the best of `samples`. Collective. */
MPB_MUST_CHECK mpb_status mpb_peak_fma(const mpb_comm *comm, const mpb_team *team, mpb_isa isa,
                                       int samples, double *flops_per_second);

/* The product of two N x N matrices by mpb_gemm. It is begun once and then measured whenever the
 * caller likes, so that it can take turns with what it is compared with. */
typedef struct mpb_gemm_peak {
    const mpb_comm *comm; /* borrowed */
    mpb_gemm_context products;
    int size;         /* N */
    float *a, *b, *c; /* owned, (N, N) */
    double best;      /* FLOPs a second of the best measurement so far */
} mpb_gemm_peak;

/* N is the largest of 512, 1024, 2048 and 4096 whose product takes about half a second at most.
 * Collective; on failure nothing is left. */
MPB_MUST_CHECK mpb_status mpb_gemm_peak_begin(const mpb_comm *comm,
                                              const mpb_gemm_context *products,
                                              mpb_gemm_peak *peak);

/* Measures once more. Collective. */
MPB_MUST_CHECK mpb_status mpb_gemm_peak_sample(mpb_gemm_peak *peak);
void mpb_gemm_peak_end(mpb_gemm_peak *peak);
