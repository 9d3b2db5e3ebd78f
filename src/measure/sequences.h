#pragma once

/* A dataset of one batch of random sequences, and a model of random weights: what steps work on. */

#include <stdbool.h>

#include "mpibert/core/status.h"
#include "mpibert/measure/setup.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"

/* `dataset` (starts as {0}) = setup->batch_size sequences with labels, the same on all ranks. */
MPB_MUST_CHECK mpb_status sequences_make(const mpb_measure_setup *setup, mpb_dataset *dataset);

/* New token ids for step `step`, the same on all ranks. */
void sequences_draw(const mpb_measure_setup *setup, int64_t step, mpb_dataset *dataset);

MPB_MUST_CHECK mpb_status random_model_create(const mpb_measure_setup *setup,
                                              const mpb_model_limits *limits, mpb_model **model);
