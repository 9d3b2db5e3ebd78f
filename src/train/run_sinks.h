#pragma once

/* Who is told what happens in a run. A new sink is added in run_sinks.c and nowhere else. */

#include "mpibert/ckpt/training_state.h"
#include "mpibert/core/log.h"
#include "mpibert/report/events.h"
#include "mpibert/report/metrics_log.h"
#include "mpibert/report/progress.h"
#include "trainer.h"

typedef struct run_sinks {
    mpb_events events;
    mpb_log log; /* what the sinks work with: this and the next are rank 0's */
    mpb_metrics_log metrics;
    mpb_progress progress;
} run_sinks;

/* The events point into `sinks`, which therefore stays where it is, and to the history in `state`,
 * which each rank keeps. Local. */
MPB_MUST_CHECK mpb_status run_sinks_begin(const mpb_trainer *trainer, mpb_training_state *state,
                                          run_sinks *sinks);
