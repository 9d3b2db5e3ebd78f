#pragma once

/* Runs of a sweep that failed, which end no other one; private to sweeps. */

#include "mpibert/core/buffer.h"
#include "run_groups.h"
#include "sweep_state.h"

/* Warns of a run of this group that has ended with `status`, and adds it to `failed` (starts as {0}) of the
 * group's first rank. Local. */
MPB_MUST_CHECK mpb_status sweep_failures_add(const run_groups *groups, size_t setting, size_t seed,
                                             mpb_status status, mpb_buffer *failed);

/* What failed on any rank, into the state of all. Collective. */
MPB_MUST_CHECK mpb_status sweep_failures_share(const mpb_comm *comm, const mpb_buffer *failed,
                                               sweep_state *state);

/* The worst of the failures, with their number and its line; MPB_OK: there is none. Local. */
MPB_MUST_CHECK mpb_status sweep_failures_conclude(const sweep_state *state);
