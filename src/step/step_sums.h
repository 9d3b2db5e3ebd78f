#pragma once

/* Sums of a step over all ranks, from its last gradient to the update, private to this module. */

#include "mpibert/step/step.h"
#include "score.h"

/* The gradients of a step: one run, to the end of the trained space. */
typedef struct gradient_run {
    float *values; /* (count) */
    size_t count;
} gradient_run;

gradient_run step_gradients(mpb_model *model);

typedef struct step_sums {
    size_t num_bad; /* examples, on all ranks */
    double squares; /* of gradients: this rank's part */
} step_sums;

/* Sums the small numbers of `sums`, then, unless some rank has failed (`own`) or is asked to stop,
 * which the first sum tells all of them, brings the sums of the gradients to their end. Collective. */
MPB_MUST_CHECK mpb_status step_reduce(mpb_stepper *stepper, mpb_status own, const own_sums *sums,
                                      step_sums *over_ranks, mpb_step_report *report);

/* The last sum before weights change, once the state counts as changing on this rank. A rank whose
 * state of the last step may have been saved for a signal (saving/keeper) had it before, and tells it
 * here: so either all ranks save that step, or all save this one. Collective. */
MPB_MUST_CHECK mpb_status step_commit(mpb_stepper *stepper, const step_sums *over_ranks,
                                      mpb_step_report *report);
