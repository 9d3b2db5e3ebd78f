#include "mpibert/train/run_log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "mpibert/core/version.h"
#include "mpibert/report/metrics_log.h"

static const double BYTES_PER_KIB = 1024.0;

enum { HOST_SIZE = 256, TIME_SIZE = 32 };

mpb_status mpb_run_log_begin(mpb_run_log *log, const char *path, int64_t steps_per_epoch, int ranks)
{
    *log = (mpb_run_log){.path = strdup(path), .steps_per_epoch = steps_per_epoch, .ranks = ranks};
    MPB_REQUIRE(log->path != NULL, MPB_ERR_SYSTEM, "no memory for the path of a log (%s)", path);
    return MPB_OK;
}

void mpb_run_log_end(mpb_run_log *log)
{
    free(log->path);
    *log = (mpb_run_log){0};
}

static double peak_rss_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return BYTES_PER_KIB * (double)usage.ru_maxrss;
}

static void add(mpb_run_log *log, double seconds, const mpb_step_report *report)
{
    log->num_steps++;
    log->examples += report->examples;
    log->hits += report->hits;
    log->real_tokens += report->real_tokens;
    log->padded_tokens += report->padded_tokens;
    log->loss += report->loss;
    log->seconds.step += seconds;
    log->seconds.compute += report->seconds_compute;
    log->seconds.wait += report->seconds_wait;
    log->seconds.communication += report->seconds_communication;
    log->seconds.input += report->seconds_input;
    log->tokens_per_second = (double)report->real_tokens / seconds;
}

/* One number of each rank as least, mean and largest. */
typedef struct spread {
    double least;
    double mean;
    double largest;
} spread;

enum { COMPUTE, WAIT, COMMUNICATION, INPUT, MEMORY, NUM_SPREADS };

static mpb_status spread_over_ranks(const mpb_comm *comm, const mpb_run_log *log,
                                    spread spreads[NUM_SPREADS])
{
    const double own[NUM_SPREADS] = {[COMPUTE] = log->seconds.compute,
                                     [WAIT] = log->seconds.wait,
                                     [COMMUNICATION] = log->seconds.communication,
                                     [INPUT] = log->seconds.input,
                                     [MEMORY] = peak_rss_bytes()};
    double extremes[2 * NUM_SPREADS];
    double sums[NUM_SPREADS];

    for (int i = 0; i < NUM_SPREADS; i++) {
        extremes[i] = own[i];
        extremes[NUM_SPREADS + i] = -own[i];
        sums[i] = own[i];
    }
    MPB_TRY(mpb_comm_max_double(comm, extremes, 2 * NUM_SPREADS));
    MPB_TRY(mpb_comm_sum_double(comm, sums, NUM_SPREADS));
    for (int i = 0; i < NUM_SPREADS; i++) {
        spreads[i] =
            (spread){-extremes[NUM_SPREADS + i], sums[i] / mpb_comm_size(comm), extremes[i]};
    }
    return MPB_OK;
}

static mpb_status set_number(mpb_json *object, const char *name, double number)
{
    return mpb_json_set(object, name, mpb_json_new_number(number));
}

static mpb_status set_integer(mpb_json *object, const char *name, int64_t integer)
{
    return mpb_json_set(object, name, mpb_json_new_integer(integer));
}

static mpb_status set_spread(mpb_json *object, const char *name, spread values)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, name, entry));
    MPB_TRY(set_number(entry, "min", values.least));
    MPB_TRY(set_number(entry, "mean", values.mean));
    return set_number(entry, "max", values.largest);
}

static mpb_status describe_times(const mpb_run_log *log, const spread spreads[NUM_SPREADS],
                                 mpb_json *line)
{
    mpb_json *seconds = mpb_json_new_object();

    MPB_TRY(mpb_json_set(line, "seconds", seconds));
    MPB_TRY(set_number(seconds, "step", log->seconds.step));
    MPB_TRY(set_spread(seconds, "compute", spreads[COMPUTE]));
    MPB_TRY(set_spread(seconds, "wait", spreads[WAIT]));
    MPB_TRY(set_spread(seconds, "communication", spreads[COMMUNICATION]));
    MPB_TRY(set_spread(seconds, "input", spreads[INPUT]));
    return set_spread(line, "peak_rss_bytes", spreads[MEMORY]);
}

/* When (ISO 8601, UTC), on how many ranks, on rank 0's host, by which program. */
static mpb_status describe_origin(const mpb_run_log *log, mpb_json *line)
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
    MPB_TRY(set_integer(line, "ranks", log->ranks));
    MPB_TRY(mpb_json_set(line, "host", mpb_json_new_text(host)));
    return mpb_json_set(line, "version", mpb_json_new_text(mpb_version()));
}

static mpb_status describe_step(const mpb_run_log *log, int64_t step, double learning_rate,
                                const mpb_step_report *report, mpb_json *line)
{
    MPB_TRY(set_integer(line, "step", step));
    MPB_TRY(set_number(line, "epoch", (double)step / (double)log->steps_per_epoch));
    MPB_TRY(set_number(line, "loss", log->loss / (double)log->num_steps));
    MPB_TRY(set_number(line, "train_accuracy", (double)log->hits / (double)log->examples));
    MPB_TRY(set_number(line, "grad_norm", report->gradient_norm));
    MPB_TRY(set_number(line, "learning_rate", learning_rate));
    MPB_TRY(set_integer(line, "examples", log->examples));
    MPB_TRY(set_integer(line, "real_tokens", log->real_tokens));
    MPB_TRY(
        set_number(line, "real_tokens_per_second", (double)log->real_tokens / log->seconds.step));
    return set_number(line, "padded_tokens_per_second",
                      (double)log->padded_tokens / log->seconds.step);
}

static mpb_status append_step(const mpb_run_log *log, int64_t step, double learning_rate,
                              const mpb_step_report *report, const spread spreads[NUM_SPREADS])
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a line of the log (%s)", log->path);
    status = describe_step(log, step, learning_rate, report, line);
    if (status == MPB_OK) {
        status = describe_times(log, spreads, line);
    }
    if (status == MPB_OK) {
        status = describe_origin(log, line);
    }
    if (status != MPB_OK) {
        mpb_json_destroy(&line);
        return status;
    }
    return mpb_metrics_log_append(log->path, line);
}

static void restart_sums(mpb_run_log *log)
{
    *log = (mpb_run_log){.path = log->path,
                         .steps_per_epoch = log->steps_per_epoch,
                         .ranks = log->ranks,
                         .tokens_per_second = log->tokens_per_second};
}

mpb_status mpb_run_log_step(mpb_run_log *log, const mpb_comm *comm, int64_t step,
                            double learning_rate, double seconds, const mpb_step_report *report,
                            bool write)
{
    spread spreads[NUM_SPREADS];
    mpb_status status = MPB_OK;

    add(log, seconds, report);
    if (!write) {
        return MPB_OK;
    }
    MPB_TRY(spread_over_ranks(comm, log, spreads));
    if (mpb_comm_rank(comm) == 0) {
        status = append_step(log, step, learning_rate, report, spreads);
    }
    restart_sums(log);
    return mpb_comm_agree(comm, status);
}

static mpb_status describe_validation(const mpb_run_log *log, int64_t step, double train_accuracy,
                                      const mpb_classification_metrics *metrics, mpb_json *line)
{
    MPB_TRY(set_integer(line, "step", step));
    MPB_TRY(set_number(line, "epoch", (double)step / (double)log->steps_per_epoch));
    MPB_TRY(set_number(line, "train_accuracy", train_accuracy));
    MPB_TRY(set_integer(line, "eval_examples", (int64_t)metrics->num_examples));
    MPB_TRY(set_number(line, "eval_loss", metrics->loss));
    MPB_TRY(set_number(line, "eval_accuracy", metrics->accuracy));
    MPB_TRY(set_number(line, "eval_f1", metrics->f1));
    MPB_TRY(set_number(line, "eval_macro_f1", metrics->macro_f1));
    MPB_TRY(set_number(line, "eval_mcc", metrics->mcc));
    return describe_origin(log, line);
}

mpb_status mpb_run_log_validation(const mpb_run_log *log, int64_t step, double train_accuracy,
                                  const mpb_classification_metrics *metrics)
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a line of the log (%s)", log->path);
    status = describe_validation(log, step, train_accuracy, metrics, line);
    if (status != MPB_OK) {
        mpb_json_destroy(&line);
        return status;
    }
    return mpb_metrics_log_append(log->path, line);
}
