#pragma once

/* Times steps of either kind and turns them into a measurement. */

#include "mpibert/measure/step.h"
#include "mpibert/shards/dataset.h"

/* Step `step`, from 1, over the whole of the dataset that `context` works with. Collective. */
typedef mpb_status step_fn(void *context, int64_t step);

/* `dataset` gets new token ids before each step; `flops` are those of one step. Collective. */
MPB_MUST_CHECK mpb_status steps_measure(const mpb_measure_setup *setup, step_fn *run, void *context,
                                        mpb_dataset *dataset, double flops,
                                        mpb_step_measurement *result);
