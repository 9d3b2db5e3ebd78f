#pragma once

/* What `predict` tells of masks that were filled in. */

#include "mpibert/task/task.h"

/* {"masks": [[{"score", "token", "token_str", "sequence"}, ...], ...]}, a list for each mask, and of
 * pretraining's pairs "next_sentence". Logits are not kept. */
mpb_status fill_lines_describe(const mpb_task_table *task, const mpb_task_results *results,
                               size_t document, bool with_outputs, mpb_json *line);

/* A row a word of a mask. */
mpb_status fill_lines_name_columns(const mpb_task_table *task, const mpb_task_results *results,
                                   mpb_table_rows *rows);
mpb_status fill_lines_fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                                   size_t document, mpb_table_rows *rows);
