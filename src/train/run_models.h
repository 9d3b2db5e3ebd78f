#pragma once

/* Which models a run leaves. Local. */

#include <stdbool.h>

#include "mpibert/ckpt/training_state.h"
#include "mpibert/report/events.h"
#include "mpibert/task/task.h"

/* best/ where there was a validation, and final/, that of the last step or, with `best_is_final`
 * (load_best_model_at_end), of the best one; `run` is their directory, `metric` what they are judged
 * by. Borrows `run`. */
mpb_event_models run_models_of(const char *run, const mpb_task_metric *metric, bool best_is_final,
                               const mpb_training_state *state);
