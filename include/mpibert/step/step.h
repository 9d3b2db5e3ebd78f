#pragma once

/* One optimizer step: forward and backward over this rank's cells of the micro-batches, sums over
 * ranks, clipping, update. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/comm/reduction.h"
#include "mpibert/core/status.h"
#include "mpibert/eval/batch.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/step/exact_sum.h"
#include "mpibert/step/plan.h"
#include "mpibert/step/publisher.h"
#include "mpibert/step/state_lock.h"
#include "mpibert/step/updater.h"
#include "mpibert/step/used_rows.h"
#include "mpibert/task/task.h"

/* What a step works with; all borrowed but the scratch. */
typedef struct mpb_stepper {
    const mpb_comm *comm;
    const mpb_dataset *dataset;
    const mpb_task_table *task;
    mpb_loss_options loss;
    mpb_model *model;
    mpb_plan *plan;
    mpb_updater *updater;
    mpb_exact_sum *exact;       /* of a deterministic plan, else NULL */
    mpb_reduction *reduction;   /* of other plans, else NULL: sums while backward computes */
    mpb_publisher *publisher;   /* NULL: this rank updates all weights */
    mpb_state_lock *state_lock; /* NULL: nobody waits for a state at rest */
    uint64_t seed;
    int64_t num_steps;      /* of the run: nothing is read ahead of its last one */
    bool read_ahead;        /* the tokens of the next step are read, where they are on disk */
    mpb_used_rows used;     /* owned */
    mpb_reduction_run run;  /* the gradients of the step */
    mpb_piece whole;        /* all of them */
    bool unsettled;         /* weights of the step before may still be on their way */
    double seconds_awaited; /* for them */
    mpb_batch_buffer batch; /* owned */
    float *soft; /* owned: gradients of a batch's outputs by the teacher; NULL without one */
} mpb_stepper;

/* Fills in the scratch for micro-batches of the given size; the other fields are the caller's.
 * Local. */
MPB_MUST_CHECK mpb_status mpb_stepper_prepare(mpb_stepper *stepper, size_t max_tokens,
                                              size_t max_sequences);
/* Bytes of that scratch. Local. */
size_t mpb_stepper_bytes(const mpb_model_config *config, const mpb_dataset *dataset,
                         size_t max_tokens, size_t max_sequences);
void mpb_stepper_clear(mpb_stepper *stepper);

/* When each phase began on this rank, by mpb_clock_seconds. */
typedef struct mpb_step_times {
    double forward;  /* the step itself */
    double backward; /* of the last micro-batch */
    double wait;     /* for the sums over ranks */
    double update;
    double end;
} mpb_step_times;

/* Over all ranks, equal on all of them, except `seconds_*`, `own_cost`
 * and `times`, which are this rank's own. */
typedef struct mpb_step_report {
    double loss; /* weighted mean over the step's examples */
    double gradient_norm;
    int64_t examples;
    double sums[MPB_TASK_SUMS]; /* over the examples, see mpb_task_table.running */
    int64_t real_tokens;
    int64_t padded_tokens; /* had every micro-batch been padded to its longest sequence */
    bool asked_to_stop;    /* some rank got a signal: the step was given up, nothing has changed */
    double seconds_compute;
    double seconds_wait;          /* for the slowest rank, while sums go on */
    double seconds_communication; /* of sums that backward and waiting did not hide */
    double seconds_input;
    double own_cost; /* of what this rank computed, as mpb_plan_share has it */
    mpb_step_times times;
} mpb_step_report;

/* Step `step` (from 1) of the run, in epoch `epoch` (from 0) at `step_in_epoch`. A loss or norm
 * that is not finite is MPB_ERR_DIVERGED before any weight changes, naming the examples, whichever
 * ranks they are of. Collective. */
MPB_MUST_CHECK mpb_status mpb_stepper_run(mpb_stepper *stepper, int64_t step, size_t epoch,
                                          size_t step_in_epoch, double learning_rate,
                                          mpb_step_report *report);
