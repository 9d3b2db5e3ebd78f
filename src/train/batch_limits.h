#pragma once

/* The largest batches that a rank meets in a run: what its model must have room for. */

#include <stddef.h>

#include "mpibert/data/dataset.h"
#include "mpibert/model/model.h"
#include "mpibert/train/plan.h"

/* What they follow from; everything borrowed. */
typedef struct batch_sizes {
    const mpb_dataset *train;
    const mpb_dataset *validation; /* may be empty */
    mpb_plan_options plan;
    size_t epochs;
    size_t eval_batch_size; /* over all ranks */
} batch_sizes;

typedef struct batch_limits {
    mpb_model_limits model;
    size_t eval_sequences; /* of this rank's evaluation batch */
} batch_limits;

/* Room for the largest training micro-batch; evaluation uses as many sequences as fit in it. `plan`
 * was made of sizes->plan. */
void batch_limits_find(const batch_sizes *sizes, mpb_plan *plan, batch_limits *limits);

/* Bytes besides the model: batches, logits, evaluation. */
size_t batch_limits_buffers(const batch_sizes *sizes, const batch_limits *limits,
                            const mpb_model_config *config);
