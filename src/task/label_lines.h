#pragma once

/* Predictions of one row of outputs a text, in their different forms. */

#include "mpibert/task/task.h"

/* What mpb_task_table.form chooses. */
typedef struct label_form {
    /* scores (count) of a row of outputs */
    void (*score)(const float *outputs, size_t count, double *scores);
    bool label;  /* the name of the largest output, and its score */
    bool labels; /* the names of all whose score is above one half */
    bool scores; /* of all outputs, with their names; otherwise the score of the largest */
} label_form;

/* Probabilities of one label among all, and of each label by itself, in double precision. */
void label_softmax(const float *outputs, size_t count, double *scores);
void label_sigmoid(const float *outputs, size_t count, double *scores);

/* As the functions of mpb_task_table. */
MPB_MUST_CHECK mpb_status label_lines_describe(const mpb_task_table *task,
                                               const mpb_task_results *results, size_t document,
                                               bool with_outputs, mpb_json *line);
MPB_MUST_CHECK mpb_status label_lines_name_columns(const mpb_task_table *task,
                                                   const mpb_task_results *results,
                                                   mpb_table_rows *rows);
MPB_MUST_CHECK mpb_status label_lines_fill_columns(const mpb_task_table *task,
                                                   const mpb_task_results *results, size_t document,
                                                   mpb_table_rows *rows);
