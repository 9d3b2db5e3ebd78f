#pragma once

/* Predictions of answers. Functions of mpb_task_table. */

#include "mpibert/task/task.h"

MPB_MUST_CHECK mpb_status qa_lines_describe(const mpb_task_table *task,
                                            const mpb_task_results *results, size_t document,
                                            bool with_outputs, mpb_json *line);
MPB_MUST_CHECK mpb_status qa_lines_name_columns(const mpb_task_table *task,
                                                const mpb_task_results *results,
                                                mpb_table_rows *rows);
MPB_MUST_CHECK mpb_status qa_lines_fill_columns(const mpb_task_table *task,
                                                const mpb_task_results *results, size_t document,
                                                mpb_table_rows *rows);
