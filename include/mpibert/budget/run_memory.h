#pragma once

/* Makes the memory of a run fit into what it may hold, or says what would. */

#include "mpibert/budget/memory_plan.h"
#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/step/batch_limits.h"

typedef struct mpb_run_memory {
    const mpb_comm *comm;
    const mpb_log *log;
    const mpb_run_config *config;
    const mpb_model_config *model;
    mpb_batch_sizes sizes;
    int threads;
    mpb_gemm_type precision;
} mpb_run_memory;

/* What there is to plan for this rank, of which as many as `owners` share the moments out, and what
 * this process holds. Local. */
mpb_memory_job mpb_run_memory_job(const mpb_run_memory *run, const mpb_batch_limits *limits,
                                  int owners);

/* Whether the rank of `job`, which is to have all moments, asks for sharing them out: by
 * cluster.shard_optimizer or, where that is auto, since it would otherwise lack memory or have to
 * compute layers again. If one asks, all ranks do it. Local. */
MPB_MUST_CHECK mpb_status mpb_run_memory_asks_to_share(const mpb_run_config *config,
                                                       const mpb_memory_job *job, size_t granted,
                                                       bool *asks);

/* Chooses limits->model.checkpointed_layers and over how many ranks the optimizer's moments are
 * spread (*owners: 1 or all), and tells the plan in one line. MPB_ERR_SYSTEM on all ranks where one
 * cannot hold even the least, with what would help. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_memory_plan(const mpb_run_memory *run, mpb_batch_limits *limits,
                                              int *owners);
