#pragma once

/* What is measured, on which ranks and threads. */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"
#include "mpibert/measure/lengths.h"
#include "mpibert/model/config.h"
#include "mpibert/task/task.h"

/* Everything is equal on all ranks but `comm`, which is borrowed. */
typedef struct mpb_measure_setup {
    const mpb_comm *comm;
    const mpb_task_table *task;
    mpb_model_config model; /* with the head and the problem of the task */
    mpb_lengths lengths;    /* owned */
    size_t batch_size;      /* sequences over all ranks */
    int samples;            /* measurements of one thing, 1 to MPB_MAX_SAMPLES; 0: memory alone */
    mpb_run_checkpointing checkpointing;
    size_t memory_limit;              /* bytes of a rank in training; 0: what its node grants */
    mpb_run_precision gradient_dtype; /* of sums over ranks in training, */
    bool overlap;                     /* which go on while backward computes */
    mpb_team team;                    /* begun and ended by the caller */
    mpb_isa isa;
    mpb_gemm_type precision;  /* of the factors of products */
    mpb_gemm_choice products; /* what training would choose */
    float *gemm_scratch;      /* owned, (team.threads, mpb_gemm_scratch()) */
} mpb_measure_setup;

/* Chooses the kernels of products and makes their scratch, once comm, team, isa and precision are
 * known; the pair below gives it back, with the lengths. Collective. */
MPB_MUST_CHECK mpb_status mpb_measure_setup_begin(mpb_measure_setup *setup);
void mpb_measure_setup_end(mpb_measure_setup *setup);

/* For products on `team`, which has at most as many threads as the setup's, as chosen for any
 * precision. Local. */
mpb_gemm_context mpb_measure_products(const mpb_measure_setup *setup, const mpb_team *team,
                                      mpb_gemm_choice choice);

/* A model's configuration by its short name: mini (MiniLM with 6 layers), distil, base, large.
 * MPB_ERR_CONFIG where there is none. Local. */
MPB_MUST_CHECK mpb_status mpb_measure_shape(const char *name, mpb_model_config *config);
