#pragma once

/* How a rank's memory will be spent in training, known before any of it is taken. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/model/model.h"
#include "mpibert/train/memory_grant.h"
#include "mpibert/train/run_config.h"

/* What is to be trained, and what there is already. */
typedef struct mpb_memory_job {
    const mpb_model_config *model;
    mpb_model_limits limits; /* checkpointed_layers is what the plan finds */
    int threads;
    mpb_gemm_type precision; /* of the products */
    size_t resident;         /* bytes that this process holds already, data sets included */
    size_t data;             /* bytes of them that are data sets */
    size_t buffers;          /* bytes of batches and of evaluation */
} mpb_memory_job;

/* Bytes of one rank. */
typedef struct mpb_memory_plan {
    size_t parameters; /* weights, gradients and optimizer moments */
    size_t activations;
    size_t scratch; /* of kernels, batches and evaluation */
    size_t data;
    size_t program; /* code, libraries, MPI */
    int checkpointed_layers;
} mpb_memory_plan;

/* The plan with the fewest checkpointed layers that fits into `granted` bytes, where `how` leaves
 * the choice; if none fits, the one with the most. Local. */
MPB_MUST_CHECK mpb_status mpb_memory_plan_make(const mpb_memory_job *job, mpb_run_checkpointing how,
                                               size_t granted, mpb_memory_plan *plan);

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
