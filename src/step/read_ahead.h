#pragma once

/* The tokens of a step that are on disk, of all ranks: each counts the weights and the words of the
 * whole step. Those of the next step are read while this one computes, and the system is told of a
 * few steps more. */

#include "mpibert/core/status.h"
#include "mpibert/step/step.h"

/* Puts the tokens of a step in use. Collective where nobody has read them ahead: the first step of a
 * start. */
MPB_MUST_CHECK mpb_status read_ahead_begin(mpb_stepper *stepper, size_t epoch,
                                           size_t step_in_epoch);

/* Reads those of the step behind it, if there is one: `step` (from 1) of the run is under way. Local;
 * what fails belongs to the step under way. */
MPB_MUST_CHECK mpb_status read_ahead_next(mpb_stepper *stepper, int64_t step, size_t epoch,
                                          size_t step_in_epoch);
