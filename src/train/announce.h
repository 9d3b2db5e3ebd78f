#pragma once

/* The last lines of a run on standard output. By the leader. */

#include "mpibert/ckpt/training_state.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/task/task.h"

/* "Best: RUN/best (step 40, accuracy 0.9375)" where there was a validation, and "Model: RUN/final
 * (step 60, accuracy 0.9219)"; with load_best_model_at_end, final is of the best step. */
void mpb_announce_models(const mpb_log *log, const mpb_run_checkpoint *checkpoint,
                         const mpb_task_metric *metric, const mpb_training_state *state);
