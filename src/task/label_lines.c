#include "label_lines.h"

#include <math.h>

#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics.h"
#include "one_row.h"

static const double LABEL_THRESHOLD = 0.5;

void label_softmax(const float *outputs, size_t count, double *scores)
{
    const double top = (double)outputs[mpb_argmax(outputs, (int)count)];
    double sum = 0.0;

    for (size_t j = 0; j < count; j++) {
        scores[j] = exp((double)outputs[j] - top);
        sum += scores[j];
    }
    for (size_t j = 0; j < count; j++) {
        scores[j] /= sum;
    }
}

void label_sigmoid(const float *outputs, size_t count, double *scores)
{
    for (size_t j = 0; j < count; j++) {
        scores[j] = 1.0 / (1.0 + exp(-(double)outputs[j]));
    }
}

/* What the outputs of a document say. */
typedef struct outcome {
    const float *outputs; /* (count) */
    double *scores;       /* owned, (count) */
    size_t count;
    const mpb_strings *names;
    size_t best; /* position of the largest */
} outcome;

static mpb_status find_outcome(const label_form *form, const mpb_task_results *results,
                               size_t document, outcome *o)
{
    const size_t count = (size_t)results->num_labels;
    const float *outputs = one_row_outputs(results) + document * count;
    double *scores;

    MPB_TRY(
        mpb_memory_create(count, sizeof(*scores), "the scores of a prediction", (void **)&scores));
    form->score(outputs, count, scores);
    *o = (outcome){.outputs = outputs,
                   .scores = scores,
                   .count = count,
                   .names = results->label_names,
                   .best = (size_t)mpb_argmax(outputs, results->num_labels)};
    return MPB_OK;
}

/* Those above the threshold. */
static mpb_status set_labels(mpb_json *object, const outcome *o)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "labels", list));
    for (size_t j = 0; j < o->count; j++) {
        if (o->scores[j] > LABEL_THRESHOLD) {
            MPB_TRY(mpb_json_append(list, mpb_json_new_text(o->names->items[j])));
        }
    }
    return MPB_OK;
}

static mpb_status describe(const label_form *form, const outcome *o, bool with_outputs,
                           mpb_json *line)
{
    if (form->label) {
        MPB_TRY(mpb_json_set(line, "label", mpb_json_new_text(o->names->items[o->best])));
    }
    if (form->labels) {
        MPB_TRY(set_labels(line, o));
    }
    if (form->label || !form->scores) {
        MPB_TRY(mpb_json_set(line, "score", mpb_json_new_number(o->scores[o->best])));
    }
    if (form->scores) {
        MPB_TRY(mpb_json_set_numbers(line, "scores", o->scores, o->count));
        MPB_TRY(mpb_json_set_strings(line, "label_names", o->names));
    }
    return with_outputs ? mpb_json_set_floats(line, "logits", o->outputs, o->count) : MPB_OK;
}

mpb_status label_lines_describe(const mpb_task_table *task, const mpb_task_results *results,
                                size_t document, bool with_outputs, mpb_json *line)
{
    const label_form *form = task->form(results->num_labels);
    outcome o;
    mpb_status status;

    MPB_TRY(find_outcome(form, results, document, &o));
    status = describe(form, &o, with_outputs, line);
    mpb_memory_destroy(o.scores);
    return status;
}

mpb_status label_lines_name_columns(const mpb_task_table *task, const mpb_task_results *results,
                                    mpb_table_rows *rows)
{
    const label_form *form = task->form(results->num_labels);
    const mpb_strings *names = results->label_names;

    if (form->label) {
        MPB_TRY(mpb_table_rows_add(rows, "label"));
    }
    if (form->labels) {
        MPB_TRY(mpb_table_rows_add(rows, "labels"));
    }
    if (form->label || !form->scores) {
        MPB_TRY(mpb_table_rows_add(rows, "score"));
    }
    for (size_t j = 0; form->scores && j < names->count; j++) {
        MPB_TRY(mpb_table_rows_add(rows, names->items[j]));
    }
    return MPB_OK;
}

/* The labels above the threshold as one field, as the readers of tables take several labels. */
static mpb_status add_labels(const outcome *o, mpb_table_rows *rows)
{
    mpb_buffer list = {0};
    mpb_status status = mpb_buffer_append_text(&list, "");

    for (size_t j = 0; j < o->count && status == MPB_OK; j++) {
        if (o->scores[j] > LABEL_THRESHOLD) {
            status = mpb_buffer_append_format(&list, "%s%s", list.size == 0 ? "" : ",",
                                              o->names->items[j]);
        }
    }
    if (status == MPB_OK) {
        status = mpb_table_rows_add(rows, list.data);
    }
    mpb_buffer_clear(&list);
    return status;
}

static mpb_status fill(const label_form *form, const outcome *o, mpb_table_rows *rows)
{
    if (form->label) {
        MPB_TRY(mpb_table_rows_add(rows, o->names->items[o->best]));
    }
    if (form->labels) {
        MPB_TRY(add_labels(o, rows));
    }
    if (form->label || !form->scores) {
        MPB_TRY(mpb_table_rows_add_number(rows, o->scores[o->best]));
    }
    for (size_t j = 0; form->scores && j < o->count; j++) {
        MPB_TRY(mpb_table_rows_add_number(rows, o->scores[j]));
    }
    return MPB_OK;
}

mpb_status label_lines_fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                                    size_t document, mpb_table_rows *rows)
{
    const label_form *form = task->form(results->num_labels);
    outcome o;
    mpb_status status;

    MPB_TRY(find_outcome(form, results, document, &o));
    status = fill(form, &o, rows);
    mpb_memory_destroy(o.scores);
    return status;
}
