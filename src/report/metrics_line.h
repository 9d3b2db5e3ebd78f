#pragma once

/* The lines of metrics.jsonl. */

#include "mpibert/io/json.h"
#include "mpibert/report/events.h"

/* `line` (an empty object) = what there is to say of MPB_EVENT_INTERVAL, ... */
MPB_MUST_CHECK mpb_status metrics_line_of_interval(const mpb_event *event, mpb_json *line);

/* ... of MPB_EVENT_VALIDATION, ... */
MPB_MUST_CHECK mpb_status metrics_line_of_validation(const mpb_event *event, mpb_json *line);

/* ... and of any line: when (ISO 8601, UTC), on how many ranks, on which host, by which program. */
MPB_MUST_CHECK mpb_status metrics_line_add_origin(int ranks, mpb_json *line);
