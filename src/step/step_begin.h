#pragma once

/* How a step begins: while its first forward runs, weights of the step before may still come from
 * their owners. */

#include "mpibert/step/step.h"

/* Every rank has the words of the step. Forward awaits other weights when it needs them; once all
 * are here, the step settles. Collective. */
MPB_MUST_CHECK mpb_status step_begin(mpb_stepper *stepper, const mpb_step *step, size_t epoch);

/* Unless that was done: waits for all weights; then the state is at rest, and the sums of gradients
 * begin. Every step settles, one that fails or is given up, too. */
void step_settle(mpb_stepper *stepper);
