#pragma once

/* What data says of the labels of its words. Functions of mpb_task_table. */

#include "mpibert/task/task.h"

/* To learn something takes words of two labels at least. */
MPB_MUST_CHECK mpb_status token_check(const mpb_dataset *data, bool training, const char *where);

/* "3 types of entities: LOC 12, ORG 5, PER 9", each counted once in a document, or "2 tags: ...". */
MPB_MUST_CHECK mpb_status token_summarise(const mpb_dataset *data, const mpb_documents *documents,
                                          mpb_buffer *out);

/* By words. As mpb_task_table.balance. */
void token_balance(const mpb_dataset *data, size_t *counts, float *weights);
