#pragma once

/* What metrics.jsonl says of steps and validations. Steps between two logged ones are summed, so a
 * line speaks of all steps since the line before. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/eval/metrics.h"
#include "mpibert/train/step.h"

/* This rank's seconds since the last line. */
typedef struct mpb_step_seconds {
    double step;
    double compute;
    double wait;
    double communication;
    double input;
} mpb_step_seconds;

typedef struct mpb_run_log {
    char *path; /* owned */
    int64_t steps_per_epoch;
    int64_t num_steps; /* since the last line, likewise the sums below */
    int64_t examples;
    int64_t real_tokens;
    int64_t padded_tokens;
    double loss;
    mpb_step_seconds seconds;
    double tokens_per_second; /* real tokens of the newest step, all ranks */
} mpb_run_log;

MPB_MUST_CHECK mpb_status mpb_run_log_begin(mpb_run_log *log, const char *path,
                                            int64_t steps_per_epoch);
void mpb_run_log_end(mpb_run_log *log);

/* Adds a step that took `seconds`; with `write`, rank 0 appends the line. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_log_step(mpb_run_log *log, const mpb_comm *comm, int64_t step,
                                           double learning_rate, double seconds,
                                           const mpb_step_report *report, bool write);

/* Rank 0 only. */
MPB_MUST_CHECK mpb_status mpb_run_log_validation(const mpb_run_log *log, int64_t step,
                                                 const mpb_classification_metrics *metrics);
