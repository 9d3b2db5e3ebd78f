#pragma once

/* Seconds of work that all ranks do at the same time. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"

/* Work that can be repeated; where it fails, it fails on all ranks. */
typedef mpb_status mpb_timed_fn(void *context);

typedef struct mpb_timed {
    mpb_timed_fn *run;
    void *context;
} mpb_timed;

/* Of one call, on the slowest rank. */
typedef struct mpb_timing {
    double best;
    double median;
} mpb_timing;

/* One call, which all ranks begin together; *seconds is the slowest rank's. Collective. */
MPB_MUST_CHECK mpb_status mpb_timing_once(const mpb_comm *comm, const mpb_timed *work,
                                          double *seconds);

/* `samples` measurements after a warm-up, each of as many calls as last some milliseconds.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_timing_take(const mpb_comm *comm, const mpb_timed *work, int samples,
                                          mpb_timing *timing);
