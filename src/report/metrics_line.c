#include "metrics_line.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "mpibert/core/version.h"

enum { HOST_SIZE = 256, TIME_SIZE = 32, NAME_SIZE = 64 };

static mpb_status set_number(mpb_json *object, const char *name, double number)
{
    return mpb_json_set(object, name, mpb_json_new_number(number));
}

static mpb_status set_integer(mpb_json *object, const char *name, int64_t integer)
{
    return mpb_json_set(object, name, mpb_json_new_integer(integer));
}

/* line->eval_accuracy = the number */
static mpb_status set_figure(mpb_json *line, const char *before, const char *name, double number)
{
    char member[NAME_SIZE];

    snprintf(member, sizeof(member), "%s_%s", before, name);
    return set_number(line, member, number);
}

/* To the microsecond or the byte. */
static double rounded(double number)
{
    return round(number * 1e6) / 1e6;
}

/* A column of by_rank as its least, mean and largest number, and all of them. */
static mpb_status set_spread(const mpb_event_interval *interval, mpb_rank_number column,
                             const char *name, mpb_json *object)
{
    const double *numbers = interval->by_rank + column;
    mpb_json *entry = mpb_json_new_object();
    mpb_json *all;
    double least = INFINITY;
    double largest = 0.0;
    double sum = 0.0;

    MPB_TRY(mpb_json_set(object, name, entry));
    for (int rank = 0; rank < interval->ranks; rank++) {
        least = fmin(least, numbers[rank * MPB_NUM_RANK_NUMBERS]);
        largest = fmax(largest, numbers[rank * MPB_NUM_RANK_NUMBERS]);
        sum += numbers[rank * MPB_NUM_RANK_NUMBERS];
    }
    MPB_TRY(set_number(entry, "min", least));
    MPB_TRY(set_number(entry, "mean", sum / interval->ranks));
    MPB_TRY(set_number(entry, "max", largest));
    all = mpb_json_new_array();
    MPB_TRY(mpb_json_set(entry, "by_rank", all));
    for (int rank = 0; rank < interval->ranks; rank++) {
        const double number = rounded(numbers[rank * MPB_NUM_RANK_NUMBERS]);

        MPB_TRY(mpb_json_append(all, mpb_json_new_number(number)));
    }
    return MPB_OK;
}

static mpb_status set_times(const mpb_event *event, mpb_json *line)
{
    const mpb_event_interval *interval = &event->interval;
    mpb_json *seconds = mpb_json_new_object();

    MPB_TRY(mpb_json_set(line, "seconds", seconds));
    MPB_TRY(set_number(seconds, "step", event->seconds));
    MPB_TRY(set_spread(interval, MPB_RANK_COMPUTE, "compute", seconds));
    MPB_TRY(set_spread(interval, MPB_RANK_WAIT, "wait", seconds));
    MPB_TRY(set_spread(interval, MPB_RANK_COMMUNICATION, "communication", seconds));
    MPB_TRY(set_spread(interval, MPB_RANK_INPUT, "input", seconds));
    return set_spread(interval, MPB_RANK_MEMORY, "peak_rss_bytes", line);
}

mpb_status metrics_line_of_interval(const mpb_event *event, mpb_json *line)
{
    const mpb_event_interval *interval = &event->interval;

    MPB_TRY(set_integer(line, "step", event->step));
    MPB_TRY(set_number(line, "epoch", event->epoch));
    MPB_TRY(set_number(line, "loss", interval->loss));
    MPB_TRY(set_figure(line, "train", event->figure->name, interval->train_figure));
    MPB_TRY(set_number(line, "grad_norm", interval->gradient_norm));
    MPB_TRY(set_number(line, "learning_rate", interval->learning_rate));
    MPB_TRY(set_integer(line, "examples", interval->examples));
    MPB_TRY(set_integer(line, "real_tokens", interval->real_tokens));
    MPB_TRY(
        set_number(line, "real_tokens_per_second", (double)interval->real_tokens / event->seconds));
    MPB_TRY(set_number(line, "padded_tokens_per_second",
                       (double)interval->padded_tokens / event->seconds));
    return set_times(event, line);
}

mpb_status metrics_line_of_validation(const mpb_event *event, mpb_json *line)
{
    const mpb_event_validation *validation = &event->validation;

    MPB_TRY(set_integer(line, "step", event->step));
    MPB_TRY(set_number(line, "epoch", event->epoch));
    MPB_TRY(set_figure(line, "train", event->figure->name, validation->train_figure));
    MPB_TRY(set_integer(line, "eval_examples", validation->examples));
    for (size_t i = 0; i < validation->num_metrics; i++) {
        const mpb_event_metric *metric = &validation->metrics[i];

        MPB_TRY(set_figure(line, "eval", metric->name, metric->value));
    }
    return MPB_OK;
}

mpb_status metrics_line_add_origin(int ranks, mpb_json *line)
{
    char host[HOST_SIZE] = "";
    char text[TIME_SIZE] = "";
    time_t now = time(NULL);
    struct tm utc;

    if (gmtime_r(&now, &utc) != NULL) {
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    gethostname(host, sizeof(host) - 1);
    MPB_TRY(mpb_json_set(line, "time", mpb_json_new_text(text)));
    MPB_TRY(set_integer(line, "ranks", ranks));
    MPB_TRY(mpb_json_set(line, "host", mpb_json_new_text(host)));
    return mpb_json_set(line, "version", mpb_json_new_text(mpb_version()));
}
