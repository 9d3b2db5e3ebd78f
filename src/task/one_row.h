#pragma once

/* What tasks share that judge a text by one row of K outputs: all of it is kept, and the rows of a
 * document's chunks are pooled. Functions of mpb_task_table. */

#include "mpibert/task/task.h"

/* Of data with values: the model has an output for each; every text counts as much as another. */
size_t one_row_value_width(const mpb_dataset *data);
double one_row_weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i);

size_t one_row_size(const mpb_task_sequences *of, size_t i);
void one_row_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept);
void one_row_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                   mpb_pooling pooling, mpb_kept *kept);

/* (documents, K), borrowed: those of merged results. */
const float *one_row_outputs(const mpb_task_results *results);

/* (documents, value_width), owned by the caller (mpb_memory_destroy): the values of each document's
 * first chunk, which all its chunks share. */
MPB_MUST_CHECK mpb_status one_row_values(const mpb_task_results *results, float **values);

/* MPB_ERR_DATA unless the data has values and, with `training`, examples. `what` names the values,
 * as in "scores". */
MPB_MUST_CHECK mpb_status one_row_check_values(const mpb_dataset *data, bool training,
                                               const char *what, const char *where);
