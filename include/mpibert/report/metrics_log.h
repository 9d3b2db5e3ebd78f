#pragma once

/* metrics.jsonl of a run directory: one JSON object a line, in order of steps. Rank 0 only. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/io/json.h"

/* Drops the lines of steps after `last_step`, left by a start that was stopped after its last
 * checkpoint, so that a resumed run's log reads as if it had never stopped. A missing file is
 * empty. */
MPB_MUST_CHECK mpb_status mpb_metrics_log_resume(const char *path, size_t last_step);

/* Appends `line` (taken over) with its newline. */
MPB_MUST_CHECK mpb_status mpb_metrics_log_append(const char *path, mpb_json *line);
