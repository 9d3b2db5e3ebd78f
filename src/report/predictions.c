#include "mpibert/report/predictions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/json.h"

/* scores = softmax(logits) in double precision; returns the position of the largest. */
static size_t soften(const float *logits, size_t count, double *scores)
{
    size_t best = 0;
    double sum = 0.0;

    for (size_t j = 1; j < count; j++) {
        best = logits[j] > logits[best] ? j : best;
    }
    for (size_t j = 0; j < count; j++) {
        scores[j] = exp((double)logits[j] - (double)logits[best]);
        sum += scores[j];
    }
    for (size_t j = 0; j < count; j++) {
        scores[j] /= sum;
    }
    return best;
}

static mpb_status set_array(mpb_json *object, const char *name, mpb_json **array)
{
    *array = mpb_json_new_array();
    return mpb_json_set(object, name, *array);
}

static mpb_status describe(const mpb_predictions *p, size_t i, double *scores, mpb_json *line)
{
    const size_t num_labels = p->label_names->count;
    const float *logits = p->logits + i * num_labels;
    size_t best = soften(logits, num_labels, scores);
    mpb_json *list;

    MPB_TRY(mpb_json_set(line, "id", mpb_json_new_text(p->ids->items[i])));
    MPB_TRY(mpb_json_set(line, "label", mpb_json_new_text(p->label_names->items[best])));
    MPB_TRY(mpb_json_set(line, "score", mpb_json_new_number(scores[best])));
    MPB_TRY(set_array(line, "scores", &list));
    for (size_t j = 0; j < num_labels; j++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number(scores[j])));
    }
    if (!p->with_logits) {
        return MPB_OK;
    }
    MPB_TRY(set_array(line, "logits", &list));
    for (size_t j = 0; j < num_labels; j++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number((double)logits[j])));
    }
    return MPB_OK;
}

static mpb_status write_line(const mpb_predictions *p, size_t i, double *scores, mpb_buffer *out)
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a prediction");
    status = describe(p, i, scores, line);
    if (status == MPB_OK) {
        status = mpb_json_write(line, 0, out);
    }
    mpb_json_destroy(&line);
    MPB_TRY(status);
    return mpb_buffer_append_text(out, "\n");
}

typedef mpb_status write_row_fn(const mpb_predictions *p, size_t i, double *scores,
                                mpb_buffer *out);

static mpb_status write_rows(const mpb_predictions *p, write_row_fn *write_row, mpb_buffer *out)
{
    double *scores = malloc((p->label_names->count + 1) * sizeof(*scores));
    mpb_status status = MPB_OK;

    MPB_REQUIRE(scores != NULL, MPB_ERR_SYSTEM, "no memory for the scores of a prediction");
    for (size_t i = 0; i < p->ids->count && status == MPB_OK; i++) {
        status = write_row(p, i, scores, out);
    }
    free(scores);
    return status;
}

mpb_status mpb_predictions_write_jsonl(const mpb_predictions *predictions, mpb_buffer *out)
{
    return write_rows(predictions, write_line, out);
}

/* Quoted where the field holds a comma, a quote or a line break. */
static mpb_status append_field(mpb_buffer *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        return mpb_buffer_append_text(out, text);
    }
    MPB_TRY(mpb_buffer_append_text(out, "\""));
    for (const char *at = text; *at != '\0'; at++) {
        MPB_TRY(mpb_buffer_append(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1));
    }
    return mpb_buffer_append_text(out, "\"");
}

static mpb_status write_csv_row(const mpb_predictions *p, size_t i, double *scores, mpb_buffer *out)
{
    const size_t num_labels = p->label_names->count;
    size_t best = soften(p->logits + i * num_labels, num_labels, scores);

    MPB_TRY(append_field(out, p->ids->items[i]));
    MPB_TRY(mpb_buffer_append_text(out, ","));
    MPB_TRY(append_field(out, p->label_names->items[best]));
    MPB_TRY(mpb_buffer_append_format(out, ",%.9g", scores[best]));
    for (size_t j = 0; j < num_labels; j++) {
        MPB_TRY(mpb_buffer_append_format(out, ",%.9g", scores[j]));
    }
    return mpb_buffer_append_text(out, "\r\n");
}

mpb_status mpb_predictions_write_csv(const mpb_predictions *predictions, mpb_buffer *out)
{
    MPB_TRY(mpb_buffer_append_text(out, "id,label,score"));
    for (size_t j = 0; j < predictions->label_names->count; j++) {
        MPB_TRY(mpb_buffer_append_text(out, ","));
        MPB_TRY(append_field(out, predictions->label_names->items[j]));
    }
    MPB_TRY(mpb_buffer_append_text(out, "\r\n"));
    return write_rows(predictions, write_csv_row, out);
}
