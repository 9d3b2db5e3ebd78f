#pragma once

/* The last lines of a run on standard output: where its models are, by the leader. Local. */

#include "mpibert/core/log.h"
#include "mpibert/report/events.h"

/* "Best: RUN/best (step 40, accuracy 0.9375)" and "Model: RUN/final (step 60, accuracy 0.9219)"; without
 * a metric "Model: RUN/final". A value that is NaN is "undefined". */
void mpb_models_show(const mpb_log *log, const mpb_event_models *models);

/* Shows those of a run; `context` is its mpb_log. */
mpb_event_fn mpb_models_take;
