#pragma once

/* What metrics.jsonl of a run tells about the run as a whole. Local. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/io/json.h"

typedef struct mpb_run_metrics {
    int64_t last_step;       /* of any line; 0: there is none */
    int64_t steps_per_epoch; /* 0: unknown */
    double step_seconds;     /* in training steps, of all starts */
    mpb_json *best;          /* owned: the line of the best validation; NULL: there was none */
    mpb_json *last;          /* owned: likewise of the last one */
} mpb_run_metrics;

/* `metric` is the one that decides which validation is the best. A missing file, and a last line that was not
 * finished, say nothing; anything else that is no JSON is MPB_ERR_DATA. `metrics` starts as {0},
 * and is to be cleared on failure, too. */
MPB_MUST_CHECK mpb_status mpb_run_metrics_read(const char *path, const char *metric,
                                               bool smaller_is_better, mpb_run_metrics *metrics);
void mpb_run_metrics_clear(mpb_run_metrics *metrics);

/* Adds as member `name` what `line` says, unless it is NULL: metric, value, step, epoch, loss. */
MPB_MUST_CHECK mpb_status mpb_run_metrics_describe(const mpb_json *line, const char *metric,
                                                   const char *name, mpb_json *object);
