#pragma once

/* What metrics.jsonl says of steps and validations. Steps between two logged ones are summed, so a
 * line speaks of all steps since the line before. Each line also says when, where and by what it
 * was written: a run may go on elsewhere, on more ranks, by a newer program. */

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
    int ranks;
    int64_t num_steps; /* since the last line, likewise the sums below */
    int64_t examples;
    int64_t hits; /* examples predicted right */
    int64_t real_tokens;
    int64_t padded_tokens;
    double loss;
    mpb_step_seconds seconds;
    double tokens_per_second; /* real tokens of the newest step, all ranks */
} mpb_run_log;

/* `ranks` is how many the job has. */
MPB_MUST_CHECK mpb_status mpb_run_log_begin(mpb_run_log *log, const char *path,
                                            int64_t steps_per_epoch, int ranks);
void mpb_run_log_end(mpb_run_log *log);

/* Adds a step that took `seconds`; with `write`, rank 0 appends the line. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_log_step(mpb_run_log *log, const mpb_comm *comm, int64_t step,
                                           double learning_rate, double seconds,
                                           const mpb_step_report *report, bool write);

/* Rank 0 only. `train_accuracy` is that of the epoch's training examples so far, in [0, 1]. */
MPB_MUST_CHECK mpb_status mpb_run_log_validation(const mpb_run_log *log, int64_t step,
                                                 double train_accuracy,
                                                 const mpb_classification_metrics *metrics);
