#pragma once

/* The rows of each sequence that the head of a task reads, for tasks that mask nothing, of which they
 * are the same in every epoch. Tokens may be on disk. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/task/task.h"

/* counts (num_sequences), and their sum. */
MPB_MUST_CHECK mpb_status mpb_head_rows_count(const mpb_task_table *task, const mpb_dataset *data,
                                              size_t *counts, size_t *sum);

/* rows (starts as {0}) has room for `width` floats of each. */
MPB_MUST_CHECK mpb_status mpb_head_rows_keep(const mpb_task_table *task, const mpb_dataset *data,
                                             size_t width, const char *what,
                                             mpb_sequence_rows *rows);

/* Keeps what a model of the task gives of the rows, as `rows` has room for; borrows it. */
mpb_keeping mpb_head_rows_keeping(const mpb_sequence_rows *rows);
