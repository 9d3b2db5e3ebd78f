#pragma once

/* One optimizer step: forward and backward over this rank's share of the micro-batches, sums over
 * ranks, clipping, update. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/eval/batch.h"
#include "mpibert/model/model.h"
#include "mpibert/nn/kernels.h"
#include "mpibert/train/keeper.h"
#include "mpibert/train/plan.h"
#include "mpibert/train/updater.h"
#include "mpibert/train/used_rows.h"

/* What a step works with; all borrowed but the scratch. */
typedef struct mpb_stepper {
    const mpb_comm *comm;
    const mpb_dataset *dataset;
    const mpb_nn *nn;
    mpb_model *model;
    mpb_plan *plan;
    mpb_updater *updater;
    mpb_keeper *keeper;         /* NULL: nothing waits for a state at rest */
    const float *class_weights; /* (num_labels), NULL: all 1 */
    float label_smoothing;
    uint64_t seed;
    mpb_used_rows used;     /* owned */
    mpb_batch_buffer batch; /* owned */
    float *logits;          /* owned, (max_sequences, num_labels) */
    float *dlogits;         /* owned, (max_sequences, num_labels) */
} mpb_stepper;

/* Fills in the scratch for micro-batches of the given size; the other fields are the caller's. */
MPB_MUST_CHECK mpb_status mpb_stepper_prepare(mpb_stepper *stepper, size_t max_tokens,
                                              size_t max_sequences);
/* Bytes of that scratch. */
size_t mpb_stepper_bytes(const mpb_model_config *config, size_t max_tokens, size_t max_sequences);
void mpb_stepper_clear(mpb_stepper *stepper);

/* Over all ranks, equal on all of them, except `seconds_*`, which are this rank's own. */
typedef struct mpb_step_report {
    double loss; /* weighted mean over the step's examples */
    double gradient_norm;
    int64_t examples;
    int64_t hits; /* examples predicted right */
    int64_t real_tokens;
    int64_t padded_tokens; /* had every micro-batch been padded to its longest sequence */
    bool asked_to_stop;    /* some rank got a signal: the step was given up, nothing has changed */
    double seconds_compute;
    double seconds_wait; /* for the slowest rank */
    double seconds_communication;
    double seconds_input;
} mpb_step_report;

/* Step `step` (from 1) of the run, in epoch `epoch` (from 0) at `step_in_epoch`. A loss or norm
 * that is not finite is MPB_ERR_DIVERGED before any weight changes, naming the examples, whichever
 * ranks they are of. Collective. */
MPB_MUST_CHECK mpb_status mpb_stepper_run(mpb_stepper *stepper, int64_t step, size_t epoch,
                                          size_t step_in_epoch, double learning_rate,
                                          mpb_step_report *report);
