#pragma once

/* Which kernels compute the matrix products of a job. */

#include "mpibert/comm/comm.h"
#include "mpibert/math/gemm.h"

/* Rank 0 measures, all ranks use what it chose. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa,
                                              mpb_gemm_kernel *kernel);
