#pragma once

/* The loop over steps, private to this module: what changes while it runs, and whom it tells. */

#include <stdbool.h>

#include "mpibert/report/events.h"
#include "mpibert/train/pace.h"
#include "run_sinks.h"
#include "step_totals.h"
#include "trainer.h"
#include "validation.h"

typedef struct step_loop {
    mpb_trainer *trainer;
    mpb_training_state *state;
    run_sinks sinks;
    step_totals totals;
    mpb_pace_watch pace;
    validation validation;
    mpb_run_figure figure;
    double val_figure; /* of the newest validation, NaN: none */
    bool stop_early;
} step_loop;

/* Tells this rank's sinks; the event needs neither figure, step nor epoch. Local. */
MPB_MUST_CHECK mpb_status loop_tell_own(const step_loop *loop, mpb_event event);

/* Likewise on all ranks, which agree on how that ended. Collective. */
MPB_MUST_CHECK mpb_status loop_tell(const step_loop *loop, mpb_event event);

/* What people should know of saving and of the time limit. Ranks have their own, but for rank 0 nobody
 * shows them. Local. */
MPB_MUST_CHECK mpb_status loop_tell_news(const step_loop *loop);

bool loop_is_out_of_patience(const step_loop *loop);

/* What the coordinator decides after a step, in the order that leaves a resumable state behind.
 * Collective. */
MPB_MUST_CHECK mpb_status loop_settle_step(step_loop *loop);
