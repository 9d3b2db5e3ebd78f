#pragma once

/* metrics.jsonl of a run directory: one JSON object a line, in order of steps, one for each interval
 * and each validation. Each also says when, where and by what it was written: a run may go on
 * elsewhere, on more ranks, by a newer program. Rank 0 only. */

#include "mpibert/io/file.h"
#include "mpibert/report/events.h"

typedef struct mpb_metrics_log {
    char path[MPB_PATH_SIZE];
    int ranks; /* of the job, from its begin on */
} mpb_metrics_log;

/* Appends the lines; `context` is an mpb_metrics_log with its path. The begin drops those of later
 * steps, left by a start that was stopped after its last checkpoint, so that a resumed run's log
 * reads as if it had never stopped. A missing file is empty. */
mpb_event_fn mpb_metrics_log_take;
