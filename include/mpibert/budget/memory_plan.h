#pragma once

/* How a rank's memory will be spent in training, known before any of it is taken. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/budget/memory_grant.h"
#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/model/model.h"

/* What is to be trained, and what there is already. */
typedef struct mpb_memory_job {
    const mpb_model_config *model;
    mpb_model_limits limits; /* checkpointed_layers is what the plan finds */
    int threads;
    mpb_gemm_type precision; /* of the products */
    mpb_run_optimizer optimizer;
    int ranks;
    int node_size; /* ranks on a node, at most */
    int num_nodes;
    int own_cells;               /* of a deterministic plan (step/exact_sum.h), else 0 */
    int owner;                   /* of `owners` ranks that share the moments out; */
    int owners;                  /* 0 or 1: every rank has all of them */
    const mpb_run_cluster *sums; /* of gradients, in other plans; NULL: not counted */
    size_t resident;             /* bytes that this process holds already, data sets included */
    size_t data;                 /* bytes of them that are data sets */
    size_t buffers;              /* bytes of batches and of evaluation */
} mpb_memory_job;

/* Bytes of one rank. */
typedef struct mpb_memory_plan {
    size_t parameters; /* weights, gradients, their exact sums and optimizer moments */
    size_t activations;
    size_t scratch; /* of kernels, batches, evaluation and sums over ranks */
    size_t data;
    size_t program; /* code, libraries, MPI */
    int checkpointed_layers;
    int owners; /* ranks that share the moments out; 1: none does */
} mpb_memory_plan;

/* The plan with the fewest checkpointed layers that fits into `granted` bytes, where `how` leaves
 * the choice; if none fits, the one with the most. Local. */
MPB_MUST_CHECK mpb_status mpb_memory_plan_make(const mpb_memory_job *job, mpb_run_checkpointing how,
                                               size_t granted, mpb_memory_plan *plan);

/* Their sum. Local. */
size_t mpb_memory_plan_bytes(const mpb_memory_plan *plan);

/* Appends "weights, gradients and moments 1.6 GiB, activations 0.7 GiB, ...". Local. */
MPB_MUST_CHECK mpb_status mpb_memory_plan_describe(const mpb_memory_plan *plan, mpb_buffer *out);

/* MPB_ERR_SYSTEM: the plan does not fit into the grant; `advice` says what would help. Local. */
MPB_MUST_CHECK mpb_status mpb_memory_plan_refuse(const mpb_memory_plan *plan,
                                                 const mpb_memory_grant *grant, const char *advice);

/* Tells in one line on standard output what the ranks have planned: of sizes the largest, of grants
 * the smallest. Collective. */
MPB_MUST_CHECK mpb_status mpb_memory_plan_announce(const mpb_log *log, const mpb_comm *comm,
                                                   const mpb_memory_plan *plan, int num_layers,
                                                   const mpb_memory_grant *grant);
