#pragma once

/* Which settings of a sweep go on; private to sweeps. Local, for rank 0. */

#include "sweep_state.h"

/* After `epochs`, of all runs that go on: the settings that are not among the best ones end, and so do
 * those with a run that has failed. Reads what the runs have written of their validations. */
MPB_MUST_CHECK mpb_status sweep_decide(sweep_state *state, int64_t epochs);
