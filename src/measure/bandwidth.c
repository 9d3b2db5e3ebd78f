#include "mpibert/measure/bandwidth.h"

#include "fill.h"
#include "mpibert/core/memory.h"
#include "peak_loops.h"
#include "timing.h"

enum { SLICE = 1 << 18 }; /* floats a task */

typedef struct stream {
    const mpb_team *team;
    const peak_loops *loops;
    float *a, *b, *c; /* owned, (MPB_STREAM_COUNT) */
} stream;

static mpb_status make_array(float **array)
{
    void *made = NULL;

    MPB_TRY(mpb_memory_create(MPB_STREAM_COUNT, sizeof(float), "the arrays of a stream", &made));
    *array = made;
    return MPB_OK;
}

static mpb_status make_arrays(stream *work)
{
    MPB_TRY(make_array(&work->a));
    MPB_TRY(make_array(&work->b));
    MPB_TRY(make_array(&work->c));
    fill_random(1, MPB_STREAM_COUNT, work->b);
    fill_random(2, MPB_STREAM_COUNT, work->c);
    return MPB_OK;
}

static void run_slice(void *context, size_t task, int thread)
{
    const stream *work = context;
    const size_t first = task * SLICE;

    (void)thread;
    work->loops->triad(SLICE, 3.0f, work->b + first, work->c + first, work->a + first);
}

static mpb_status run_triad(void *context)
{
    const stream *work = context;

    mpb_team_run(work->team, MPB_STREAM_COUNT / SLICE, run_slice, context);
    return MPB_OK;
}

mpb_status mpb_stream_bandwidth(const mpb_comm *comm, const mpb_team *team, mpb_isa isa,
                                int samples, double *bytes_per_second)
{
    stream work = {.team = team, .loops = peak_loops_for(isa)};
    const mpb_timed timed = {run_triad, &work};
    mpb_timing timing;
    mpb_status status = mpb_comm_agree(comm, make_arrays(&work));

    if (status == MPB_OK) {
        status = mpb_timing_take(comm, &timed, samples, &timing);
    }
    mpb_memory_destroy(work.a);
    mpb_memory_destroy(work.b);
    mpb_memory_destroy(work.c);
    MPB_TRY(status);
    *bytes_per_second = 3.0 * sizeof(float) * MPB_STREAM_COUNT * mpb_comm_size(comm) / timing.best;
    return MPB_OK;
}
