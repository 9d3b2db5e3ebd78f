#pragma once

/* The whole training step, and inference, at the shape and lengths of a setup.
 *
 * Training is the step of mpb_train_run (plan, forward and backward with dropout, sum over ranks,
 * clipping, AdamW) of the setup's task with its default settings; inference is mpb_predict, of a
 * task that keeps numbers alone (one row of outputs a sequence). Weights are random, and so are the
 * token ids, new ones for every step, evenly spread over the vocabulary. Every step takes the same
 * number of tokens. Without samples no step is taken: everything is made, which
 * tells the memory. Collective.
 */

#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/measure/samples.h"
#include "mpibert/measure/setup.h"
#include "mpibert/step/step.h"

/* Equal on all ranks; tokens and FLOPs are those of all ranks, seconds the slowest rank's. */
typedef struct mpb_step_measurement {
    int64_t tokens; /* of a step; all are real, none is padding */
    double flops;   /* of a step, see measure/flops.h; where tokens are masked, of the first */
    double first_step_seconds;
    double seconds[MPB_MAX_SAMPLES]; /* (setup->samples): the steps after the first */
    double tokens_per_second;        /* in the median step */
    int gemm_size;
    /* The best of products of that size which took turns with the steps, on the same ranks and
     * threads. */
    double gemm_flops_per_second;
    double efficiency;       /* FLOPs of the median step a second / gemm_flops_per_second */
    int64_t peak_rss_bytes;  /* of the largest rank, before the matrices of the products exist */
    int64_t planned_bytes;   /* of the largest rank, before any of it was taken; training only */
    int checkpointed_layers; /* on the rank with most of them; training only */
    /* (setup->samples) of the same steps, this rank's own; training only */
    mpb_step_times times[MPB_MAX_SAMPLES];
} mpb_step_measurement;

MPB_MUST_CHECK mpb_status mpb_measure_training(const mpb_measure_setup *setup,
                                               mpb_step_measurement *result);
MPB_MUST_CHECK mpb_status mpb_measure_inference(const mpb_measure_setup *setup,
                                                mpb_step_measurement *result);
