#include "mpibert/report/run_metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"

static const double MOST_STEPS = 1e12; /* that training.max_steps allows */

enum { NAME_SIZE = 32, WHERE_SIZE = MPB_PATH_SIZE + 32 };

void mpb_run_metrics_clear(mpb_run_metrics *metrics)
{
    mpb_json_destroy(&metrics->best);
    mpb_json_destroy(&metrics->last);
    *metrics = (mpb_run_metrics){0};
}

/* NaN where there is no such number: loss and metrics of a run are finite. */
static double number_of(const mpb_json *line, const char *name)
{
    const mpb_json *value = line == NULL ? NULL : mpb_json_member(line, name);

    return value != NULL && mpb_json_is_number(value) ? mpb_json_number(value) : (double)NAN;
}

static double value_of(const mpb_json *line, const char *metric)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "eval_%s", metric);
    return number_of(line, name);
}

/* The first of equal ones stays the best, as in the run. */
static bool is_better(const mpb_json *line, const mpb_json *best, const char *metric,
                      bool smaller_is_better)
{
    double now = value_of(line, metric);
    double then = value_of(best, metric);

    if (best == NULL) {
        return true;
    }
    return smaller_is_better ? now < then : now > then;
}

static void take_step(mpb_run_metrics *metrics, const mpb_json *line)
{
    double step = number_of(line, "step");
    double epoch = number_of(line, "epoch");

    if (step >= 1.0 && step <= MOST_STEPS) {
        metrics->last_step = (int64_t)step;
        if (step / epoch >= 1.0 && step / epoch <= MOST_STEPS) {
            metrics->steps_per_epoch = (int64_t)llround(step / epoch);
        }
    }
}

/* Of an interval. */
static void take_seconds(mpb_run_metrics *metrics, const mpb_json *line)
{
    const mpb_json *seconds = mpb_json_member(line, "seconds");
    const double step = seconds == NULL ? (double)NAN : number_of(seconds, "step");

    metrics->step_seconds += step > 0.0 ? step : 0.0;
}

static mpb_status take_line(const char *text, size_t size, const char *where, const char *metric,
                            bool smaller_is_better, mpb_run_metrics *metrics)
{
    mpb_json *line = NULL;

    MPB_TRY(mpb_json_parse(text, size, where, &line));
    take_step(metrics, line);
    take_seconds(metrics, line);
    if (isnan(value_of(line, metric))) {
        mpb_json_destroy(&line);
        return MPB_OK;
    }
    mpb_json_destroy(&metrics->last);
    metrics->last = line;
    if (is_better(line, metrics->best, metric, smaller_is_better)) {
        mpb_json_destroy(&metrics->best);
        return mpb_json_parse(text, size, where, &metrics->best);
    }
    return MPB_OK;
}

static mpb_status take_lines(const mpb_buffer *text, const char *path, const char *metric,
                             bool smaller_is_better, mpb_run_metrics *metrics)
{
    size_t number = 0;

    for (size_t at = 0; at < text->size;) {
        const char *end = memchr(text->data + at, '\n', text->size - at);
        char where[WHERE_SIZE];
        size_t size;

        if (end == NULL) {
            return MPB_OK;
        }
        size = (size_t)(end - (text->data + at));
        snprintf(where, sizeof(where), "%s, line %zu", path, ++number);
        MPB_TRY(take_line(text->data + at, size, where, metric, smaller_is_better, metrics));
        at += size + 1;
    }
    return MPB_OK;
}

mpb_status mpb_run_metrics_read(const char *path, const char *metric, bool smaller_is_better,
                                mpb_run_metrics *metrics)
{
    mpb_buffer text = {0};
    mpb_status status;

    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    status = mpb_file_read(path, &text);
    if (status == MPB_OK) {
        status = take_lines(&text, path, metric, smaller_is_better, metrics);
    }
    mpb_buffer_clear(&text);
    return status;
}

mpb_status mpb_run_metrics_describe(const mpb_json *line, const char *metric, const char *name,
                                    mpb_json *object)
{
    mpb_json *member;
    int64_t step;

    if (line == NULL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_get_integer(line, "step", "metrics.jsonl", &step));
    member = mpb_json_new_object();
    MPB_TRY(mpb_json_set(object, name, member));
    MPB_TRY(mpb_json_set(member, "metric", mpb_json_new_text(metric)));
    MPB_TRY(mpb_json_set(member, "value", mpb_json_new_number(value_of(line, metric))));
    MPB_TRY(mpb_json_set(member, "step", mpb_json_new_integer(step)));
    MPB_TRY(mpb_json_set(member, "epoch", mpb_json_new_number(number_of(line, "epoch"))));
    return mpb_json_set(member, "loss", mpb_json_new_number(number_of(line, "eval_loss")));
}
