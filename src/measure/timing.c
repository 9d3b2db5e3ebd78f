#include "timing.h"

#include <assert.h>

#include "mpibert/core/clock.h"
#include "mpibert/measure/samples.h"

/* Far above the clock's resolution and the time that leaving a barrier takes. */
static const double SAMPLE_SECONDS = 5e-3;

enum { MAX_CALLS = 1 << 20 }; /* of a sample */

static mpb_status time_calls(const mpb_comm *comm, const mpb_timed *work, int calls,
                             double *seconds)
{
    double elapsed;

    MPB_TRY(mpb_comm_barrier(comm));
    elapsed = -mpb_clock_seconds();
    for (int i = 0; i < calls; i++) {
        MPB_TRY(work->run(work->context));
    }
    elapsed += mpb_clock_seconds();
    MPB_TRY(mpb_comm_max_double(comm, &elapsed, 1));
    *seconds = elapsed / calls;
    return MPB_OK;
}

/* Calls that fill a sample, found by doubling, which also warms up. Times are the slowest rank's,
 * so all ranks come to the same number. */
static mpb_status count_calls(const mpb_comm *comm, const mpb_timed *work, int *calls)
{
    double seconds = 0.0;

    *calls = 1;
    MPB_TRY(time_calls(comm, work, 1, &seconds));
    while (*calls < MAX_CALLS && seconds * *calls < SAMPLE_SECONDS) {
        *calls *= 2;
        MPB_TRY(time_calls(comm, work, *calls, &seconds));
    }
    return MPB_OK;
}

mpb_status mpb_timing_once(const mpb_comm *comm, const mpb_timed *work, double *seconds)
{
    return time_calls(comm, work, 1, seconds);
}

mpb_status mpb_timing_take(const mpb_comm *comm, const mpb_timed *work, int samples,
                           mpb_timing *timing)
{
    double seconds[MPB_MAX_SAMPLES];
    int calls;

    assert(samples > 0 && samples <= MPB_MAX_SAMPLES);
    MPB_TRY(count_calls(comm, work, &calls));
    for (int i = 0; i < samples; i++) {
        MPB_TRY(time_calls(comm, work, calls, &seconds[i]));
    }
    timing->best = mpb_samples_smallest(seconds, (size_t)samples);
    timing->median = mpb_samples_median(seconds, (size_t)samples);
    return MPB_OK;
}
