#pragma once

/* What memory delivers. */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"

/* Floats of each of the three arrays, 64 MiB: no cache of a core holds them. */
enum { MPB_STREAM_COUNT = 1 << 24 };

/* The triad a = b + scale * c of STREAM on the threads of `team`, counted as it counts: two arrays
 * read, one written. The sum over all ranks, which work at the same time; the best of `samples`.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_stream_bandwidth(const mpb_comm *comm, const mpb_team *team,
                                               mpb_isa isa, int samples, double *bytes_per_second);
