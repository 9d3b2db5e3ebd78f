#pragma once

/* A dataset of one batch of random sequences, and a model of random weights: what steps work on. */

#include <stdbool.h>

#include "mpibert/core/status.h"
#include "mpibert/measure/setup.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/task/masking.h"

/* `dataset` (starts as {0}) = setup->batch_size sequences with targets of the task, the same on all
 * ranks: each token is labelled, an answer is in the middle, choices are four a question. */
MPB_MUST_CHECK mpb_status sequences_make(const mpb_measure_setup *setup, mpb_dataset *dataset);

/* *masking, for the caller to destroy, = that of 15 % of the words; NULL where the task masks
 * nothing. */
MPB_MUST_CHECK mpb_status sequences_masking(const mpb_measure_setup *setup, mpb_masking **masking);

/* Of forward on all sequences, with the rows that `masking` draws in epoch 0. */
MPB_MUST_CHECK mpb_status sequences_flops(const mpb_measure_setup *setup,
                                          const mpb_dataset *dataset, const mpb_masking *masking,
                                          double *flops);

/* New token ids for step `step`, the same on all ranks. */
void sequences_draw(const mpb_measure_setup *setup, int64_t step, mpb_dataset *dataset);

MPB_MUST_CHECK mpb_status random_model_create(const mpb_measure_setup *setup,
                                              const mpb_model_limits *limits, mpb_model **model);
