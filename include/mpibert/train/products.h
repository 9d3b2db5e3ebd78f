#pragma once

/* Which kernels compute the matrix products of a job. */

#include "mpibert/comm/comm.h"
#include "mpibert/math/gemm.h"

/* Kernels for factors of this precision. Rank 0 measures, all ranks use what it chose, or our own
 * where one of them cannot. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa,
                                              mpb_gemm_type precision, mpb_gemm_choice *choice);
