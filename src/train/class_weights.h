#pragma once

/* How much labels count in the loss. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/task/task.h"

/* *weights (labels of the set) as training.class_weights asks, to be given to mpb_memory_destroy;
 * NULL: all 1. MPB_ERR_CONFIG if a list has not as many numbers as there are labels. */
MPB_MUST_CHECK mpb_status class_weights_make(const mpb_run_weights *wish,
                                             const mpb_task_table *task, const mpb_dataset *train,
                                             float **weights);
