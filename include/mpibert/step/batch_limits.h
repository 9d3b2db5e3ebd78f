#pragma once

/* The largest batches that a rank meets in a run: what its model must have room for. Local. */

#include <stddef.h>

#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/step/plan.h"
#include "mpibert/task/task.h"

/* What they follow from; everything borrowed. */
typedef struct mpb_batch_sizes {
    const mpb_task_table *task;
    const mpb_dataset *train;
    const mpb_dataset *validation; /* may be empty */
    mpb_plan_options plan;
    size_t epochs;
    size_t eval_batch_size; /* over all ranks */
    const mpb_answer_settings *answers;
} mpb_batch_sizes;

typedef struct mpb_batch_limits {
    mpb_model_limits model;
    size_t eval_sequences; /* of this rank's evaluation batch */
} mpb_batch_limits;

/* Room for the largest training micro-batch; evaluation uses as many sequences as fit in it. `plan`
 * was made of sizes->plan. */
void mpb_batch_limits_find(const mpb_batch_sizes *sizes, mpb_plan *plan, mpb_batch_limits *limits);

/* Likewise for a rank whose largest micro-batches have so many tokens and sequences. */
void mpb_batch_limits_of(const mpb_batch_sizes *sizes, size_t max_tokens, size_t max_sequences,
                         mpb_batch_limits *limits);

/* Bytes besides the model: batches, logits, evaluation. */
size_t mpb_batch_limits_buffers(const mpb_batch_sizes *sizes, const mpb_batch_limits *limits,
                                const mpb_model_config *config);
