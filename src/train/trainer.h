#pragma once

/* The step loop: from the first step, or from a checkpoint, to the finished run directory. */

#include <stdint.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/eval/pooling.h"
#include "mpibert/optim/schedule.h"
#include "mpibert/saving/keeper.h"
#include "mpibert/saving/saving.h"
#include "mpibert/step/step.h"
#include "mpibert/train/coordinator.h"
#include "mpibert/train/time_limit.h"

typedef struct mpb_trainer_options {
    int64_t total_steps;
    int64_t
        until_step; /* where the loop is left: total_steps, or less for a run that goes on later */
    int64_t steps_per_epoch;
    double learning_rate;
    mpb_schedule_kind scheduler;
    int64_t warmup_steps;
    int64_t log_every_steps;
    int64_t early_stopping_patience;              /* validations without a better metric; 0: off */
    const mpb_task_metric *metric_for_best_model; /* of the task, or the loss */
    bool load_best_model_at_end;                  /* final/ = best/, as in transformers */
    const char *progress;                         /* "auto", "on" or "off" */
    mpb_pooling document_pooling;                 /* of the chunks of long validation texts */
    const mpb_answer_settings *answers;           /* of validation; borrowed */
    size_t eval_batch_sequences;                  /* of one rank's evaluation batch */
    int threads;                                  /* of a rank */
} mpb_trainer_options;

/* What the loop works with; everything borrowed. */
typedef struct mpb_trainer {
    const mpb_comm *comm;
    const mpb_log *log;
    const mpb_dataset *validation; /* no sequences: no validation */
    mpb_stepper *stepper;
    mpb_coordinator *coordinator;
    const mpb_saver *saver;
    mpb_keeper *keeper;    /* NULL where the rank has nothing to keep */
    mpb_time_limit *limit; /* rank 0's */
    mpb_trainer_options options;
} mpb_trainer;

/* `state` holds signature and products, the rest of it 0 or what mpb_saver_restore gave. Ends with
 * final/ written, or after options.until_step with a checkpoint; MPB_STOPPED after a checkpoint when a signal asked for it, or the time limit is
 * near. Collective. */
MPB_MUST_CHECK mpb_status mpb_trainer_run(mpb_trainer *trainer, mpb_training_state *state);
