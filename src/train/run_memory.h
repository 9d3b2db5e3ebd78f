#pragma once

/* Makes the memory of a run fit into what it may hold, or says what would. */

#include "batch_limits.h"
#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/train/run_config.h"

typedef struct run_memory {
    const mpb_comm *comm;
    const mpb_log *log;
    const mpb_run_config *config;
    const mpb_model_config *model;
    batch_sizes sizes;
    int threads;
    mpb_gemm_type precision;
} run_memory;

/* Chooses limits->model.checkpointed_layers and tells the plan in one line. MPB_ERR_SYSTEM on all
 * ranks where one cannot hold even the least, with what would help. Collective. */
MPB_MUST_CHECK mpb_status run_memory_plan(const run_memory *run, batch_limits *limits);
