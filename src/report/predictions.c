#include "mpibert/report/predictions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/json.h"

static const double LABEL_THRESHOLD = 0.5;

/* One example: what its logits say. */
typedef struct outcome {
    const char *id;
    const float *logits; /* (count) */
    double *scores;      /* (count), in double precision */
    size_t count;
    size_t best; /* position of the largest */
} outcome;

static size_t largest(const float *logits, size_t count)
{
    size_t best = 0;

    for (size_t j = 1; j < count; j++) {
        best = logits[j] > logits[best] ? j : best;
    }
    return best;
}

static void soften(const outcome *o)
{
    double sum = 0.0;

    for (size_t j = 0; j < o->count; j++) {
        o->scores[j] = exp((double)o->logits[j] - (double)o->logits[o->best]);
        sum += o->scores[j];
    }
    for (size_t j = 0; j < o->count; j++) {
        o->scores[j] /= sum;
    }
}

static outcome score(const mpb_predictions *p, size_t i, double *scores)
{
    const size_t count = p->label_names->count;
    outcome o = {p->ids->items[i], p->logits + i * count, scores, count, 0};

    o.best = largest(o.logits, count);
    if (p->kind == MPB_PREDICT_LABEL) {
        soften(&o);
        return o;
    }
    for (size_t j = 0; j < count; j++) {
        double logit = (double)o.logits[j];

        scores[j] = p->kind == MPB_PREDICT_NUMBER ? logit : 1.0 / (1.0 + exp(-logit));
    }
    return o;
}

static bool has_label(const mpb_predictions *p)
{
    return p->kind == MPB_PREDICT_LABEL || p->kind == MPB_PREDICT_ONE;
}

/* Whether the scores of all labels stand beside the score. */
static bool has_scores(const mpb_predictions *p)
{
    return p->kind != MPB_PREDICT_NUMBER || p->label_names->count > 1;
}

static mpb_status set_numbers(mpb_json *object, const char *name, const double *numbers,
                              size_t count)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t j = 0; j < count; j++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number(numbers[j])));
    }
    return MPB_OK;
}

/* The names of all labels, or with `scores` of those above the threshold. */
static mpb_status set_names(mpb_json *object, const char *name, const mpb_strings *names,
                            const double *scores)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t j = 0; j < names->count; j++) {
        if (scores == NULL || scores[j] > LABEL_THRESHOLD) {
            MPB_TRY(mpb_json_append(list, mpb_json_new_text(names->items[j])));
        }
    }
    return MPB_OK;
}

static mpb_status set_logits(mpb_json *object, const outcome *o)
{
    for (size_t j = 0; j < o->count; j++) {
        o->scores[j] = (double)o->logits[j];
    }
    return set_numbers(object, "logits", o->scores, o->count);
}

static mpb_status describe(const mpb_predictions *p, const outcome *o, mpb_json *line)
{
    const char *label = p->label_names->items[o->best];

    MPB_TRY(mpb_json_set(line, "id", mpb_json_new_text(o->id)));
    if (has_label(p)) {
        MPB_TRY(mpb_json_set(line, "label", mpb_json_new_text(label)));
    }
    if (p->kind == MPB_PREDICT_LABELS) {
        MPB_TRY(set_names(line, "labels", p->label_names, o->scores));
    }
    if (has_label(p) || !has_scores(p)) {
        MPB_TRY(mpb_json_set(line, "score", mpb_json_new_number(o->scores[o->best])));
    }
    if (has_scores(p)) {
        MPB_TRY(set_numbers(line, "scores", o->scores, o->count));
        MPB_TRY(set_names(line, "label_names", p->label_names, NULL));
    }
    return p->with_logits ? set_logits(line, o) : MPB_OK;
}

static mpb_status write_line(const mpb_predictions *p, const outcome *o, mpb_buffer *out)
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a prediction");
    status = describe(p, o, line);
    if (status == MPB_OK) {
        status = mpb_json_write(line, 0, out);
    }
    mpb_json_destroy(&line);
    MPB_TRY(status);
    return mpb_buffer_append_text(out, "\n");
}

static mpb_status new_scores(const mpb_predictions *p, double **scores)
{
    *scores = malloc((p->label_names->count + 1) * sizeof(**scores));
    MPB_REQUIRE(*scores != NULL, MPB_ERR_SYSTEM, "no memory for the scores of a prediction");
    return MPB_OK;
}

mpb_status mpb_predictions_write_jsonl(const mpb_predictions *predictions, mpb_buffer *out)
{
    double *scores = NULL;
    mpb_status status;

    status = new_scores(predictions, &scores);
    for (size_t i = 0; i < predictions->ids->count && status == MPB_OK; i++) {
        const outcome o = score(predictions, i, scores);

        status = write_line(predictions, &o, out);
    }
    free(scores);
    return status;
}

/* A table on its way out. */
typedef struct table {
    mpb_buffer *out;
    char delimiter;
    bool in_row; /* the row has a field already */
} table;

static mpb_status append_quoted(mpb_buffer *out, const char *text)
{
    MPB_TRY(mpb_buffer_append_text(out, "\""));
    for (const char *at = text; *at != '\0'; at++) {
        MPB_TRY(mpb_buffer_append(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1));
    }
    return mpb_buffer_append_text(out, "\"");
}

static mpb_status add_field(table *t, const char *text)
{
    const char special[] = {t->delimiter, '"', '\r', '\n', '\0'};

    MPB_TRY(mpb_buffer_append(t->out, &t->delimiter, t->in_row));
    t->in_row = true;
    return strpbrk(text, special) == NULL ? mpb_buffer_append_text(t->out, text)
                                          : append_quoted(t->out, text);
}

static mpb_status add_number(table *t, double number)
{
    MPB_TRY(mpb_buffer_append(t->out, &t->delimiter, t->in_row));
    t->in_row = true;
    return mpb_buffer_append_format(t->out, "%.9g", number);
}

static mpb_status end_row(table *t)
{
    t->in_row = false;
    return mpb_buffer_append_text(t->out, t->delimiter == ',' ? "\r\n" : "\n");
}

/* The labels above the threshold as one field, as the readers of tables take several labels. */
static mpb_status add_labels(const mpb_predictions *p, const outcome *o, table *t)
{
    mpb_buffer list = {0};
    mpb_status status = mpb_buffer_append_text(&list, "");

    for (size_t j = 0; j < o->count && status == MPB_OK; j++) {
        if (o->scores[j] > LABEL_THRESHOLD) {
            status = mpb_buffer_append_format(&list, "%s%s", list.size == 0 ? "" : ",",
                                              p->label_names->items[j]);
        }
    }
    if (status == MPB_OK) {
        status = add_field(t, list.data);
    }
    mpb_buffer_clear(&list);
    return status;
}

static mpb_status write_header(const mpb_predictions *p, table *t)
{
    MPB_TRY(add_field(t, "id"));
    if (has_label(p)) {
        MPB_TRY(add_field(t, "label"));
    }
    if (p->kind == MPB_PREDICT_LABELS) {
        MPB_TRY(add_field(t, "labels"));
    }
    if (has_label(p) || !has_scores(p)) {
        MPB_TRY(add_field(t, "score"));
    }
    for (size_t j = 0; has_scores(p) && j < p->label_names->count; j++) {
        MPB_TRY(add_field(t, p->label_names->items[j]));
    }
    return end_row(t);
}

static mpb_status write_row(const mpb_predictions *p, const outcome *o, table *t)
{
    MPB_TRY(add_field(t, o->id));
    if (has_label(p)) {
        MPB_TRY(add_field(t, p->label_names->items[o->best]));
    }
    if (p->kind == MPB_PREDICT_LABELS) {
        MPB_TRY(add_labels(p, o, t));
    }
    if (has_label(p) || !has_scores(p)) {
        MPB_TRY(add_number(t, o->scores[o->best]));
    }
    for (size_t j = 0; has_scores(p) && j < o->count; j++) {
        MPB_TRY(add_number(t, o->scores[j]));
    }
    return end_row(t);
}

mpb_status mpb_predictions_write_table(const mpb_predictions *predictions, char delimiter,
                                       mpb_buffer *out)
{
    table t = {.out = out, .delimiter = delimiter};
    double *scores = NULL;
    mpb_status status;

    MPB_TRY(write_header(predictions, &t));
    status = new_scores(predictions, &scores);
    for (size_t i = 0; i < predictions->ids->count && status == MPB_OK; i++) {
        const outcome o = score(predictions, i, scores);

        status = write_row(predictions, &o, &t);
    }
    free(scores);
    return status;
}
