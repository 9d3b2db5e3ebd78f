#pragma once

/* What a step deals out whole: sequences, or documents where a task judges all sequences of one
 * together (mpb_task_table.joins_documents). Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/task/task.h"

/* Starts as {0}. */
typedef struct mpb_task_examples {
    size_t count;
    size_t *begins; /* owned, (count + 1): example e is sequences [begins[e], begins[e + 1]); NULL:
                     * each sequence is one */
} mpb_task_examples;

MPB_MUST_CHECK mpb_status mpb_task_examples_find(const mpb_task_table *task,
                                                 const mpb_dataset *data,
                                                 mpb_task_examples *examples);
void mpb_task_examples_clear(mpb_task_examples *examples);
