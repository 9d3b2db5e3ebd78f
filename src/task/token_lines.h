#pragma once

/* Predictions for words. As the functions of mpb_task_table. */

#include "mpibert/task/task.h"

/* "entities": [{"start", "end", "text", "label", "score"}], whose score is the mean of those of
 * their words, and "tokens": the words, likewise. Places count code points of the source text, that
 * of words in columns being the words with blanks between them; "text" is left out where the data
 * does not keep it, as shards do not. Tags that name no entities give none. `with_outputs` is
 * MPB_ERR_CONFIG: outputs are not kept. */
MPB_MUST_CHECK mpb_status token_lines_describe(const mpb_task_table *task,
                                               const mpb_task_results *results, size_t document,
                                               bool with_outputs, mpb_json *line);

/* A row a word. */
MPB_MUST_CHECK mpb_status token_lines_name_columns(const mpb_task_table *task,
                                                   const mpb_task_results *results,
                                                   mpb_table_rows *rows);
MPB_MUST_CHECK mpb_status token_lines_fill_columns(const mpb_task_table *task,
                                                   const mpb_task_results *results, size_t document,
                                                   mpb_table_rows *rows);
