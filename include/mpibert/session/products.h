#pragma once

/* What a job computes with: the instruction set of all kernels and those of the matrix products.
 * Both change the last bits of results, so they are the same on all ranks of a job and, where the
 * CPUs can, in all starts of a run. */

#include <stdbool.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/math/gemm.h"

/* The best instruction set that every rank has. Collective. */
MPB_MUST_CHECK mpb_status mpb_products_isa(const mpb_comm *comm, mpb_isa *isa);

/* Which kernels are wanted. */
typedef struct mpb_products_wish {
    mpb_gemm_type precision; /* of the factors */
    bool deterministic;      /* our own whatever is faster: measurements come out differently */
} mpb_products_wish;

/* Unless it is to be deterministic, rank 0 measures, and all ranks use what it chose, or our own
 * where one of them cannot. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa,
                                              mpb_products_wish wish, mpb_gemm_choice *choice);

/* What an earlier start of a run computed with, as its training state says. */
typedef struct mpb_products_record {
    const char *where;           /* of the state, for messages */
    const char *kernel;          /* mpb_gemm_kernel_name */
    const char *instruction_set; /* mpb_isa_label */
    const char *description;     /* mpb_gemm_description */
} mpb_products_record;

/* The same once more, if all ranks can; otherwise a warning, and what a new run would use. A name
 * that nothing has is MPB_ERR_DATA. Equal records on all ranks; collective. */
MPB_MUST_CHECK mpb_status mpb_products_restore(const mpb_log *log, const mpb_comm *comm,
                                               const mpb_products_record *record,
                                               mpb_products_wish wish, mpb_isa *isa,
                                               mpb_gemm_choice *choice);
