#include <assert.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "reduction_internal.h"

enum {
    LOOKS = 100,     /* before others get the core */
    BLOCK = 1 << 16, /* floats of a task */
    POLL_PASSES = 4, /* a pass takes one fragment of a message from the kernel */
};

/* Between two looks for what has come: short beside the time in which a fast link sends what lies
 * in the kernel's buffers, long beside a look. */
static const double POLL_SECONDS = 200e-6;

typedef bool stage_fn(mpb_reduction *r);

static bool settle(mpb_reduction *r)
{
    const size_t chunk = r->passed.settled;

    if (chunk >= r->passed.owned || chunk >= r->passed.collected) {
        return false;
    }
    node_settle(r, chunk);
    r->passed.settled++;
    return true;
}

static bool leave(mpb_reduction *r)
{
    const size_t chunk = r->passed.done;

    if (chunk >= r->passed.settled || !wire_has_sent(r, chunk) || !node_leave(r, chunk)) {
        return false;
    }
    r->passed.done++;
    return true;
}

/* Lets each stage take all chunks that it can; false where nothing went on. */
static bool advance(mpb_reduction *r)
{
    static stage_fn *const take[] = {wire_open,       node_enter,   wire_forward, wire_own,
                                     wire_collecting, wire_collect, settle,       leave};
    bool any = false;

    for (size_t i = 0; i < sizeof(take) / sizeof(*take); i++) {
        while (take[i](r)) {
            any = true;
        }
    }
    return any;
}

static bool is_done(const mpb_reduction *r)
{
    return r->passed.done == r->limit;
}

/* Waits for others. What this rank sent before may be what another one is waiting for, and MPI
 * makes progress inside its calls only. */
static void go_on(mpb_reduction *r)
{
    int waiting;

    for (int i = 0; i < LOOKS; i++) {
        if (advance(r)) {
            return;
        }
    }
    MPB_MPI_OR_ABORT(
        r->comm, MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, r->world, &waiting, MPI_STATUS_IGNORE));
    sched_yield();
}

static bool is_lone(const mpb_reduction *r)
{
    return r->world == MPI_COMM_NULL;
}

static void start(mpb_reduction *r, const mpb_reduction_run *run, bool publishes)
{
    assert(is_done(r));
    assert(run->num_pieces <= r->options.max_pieces);
    r->base += r->limit;
    r->limit = 0;
    r->passed = (stages){0};
    r->run = *run;
    r->publishes = publishes;
    r->ready = publishes ? 0 : SIZE_MAX;
    r->own_squares = 0.0;
    if (!is_lone(r)) {
        schedule_make(&r->plan, &r->where, r->room, run->pieces, run->num_pieces,
                      !publishes && !run->to_owners, publishes);
        r->limit = r->plan.num_chunks;
    }
}

void mpb_reduction_begin(mpb_reduction *reduction, const mpb_reduction_run *run)
{
    start(reduction, run, false);
}

void mpb_reduction_publish(mpb_reduction *reduction, float *values, const mpb_piece *pieces,
                           size_t num_pieces)
{
    const mpb_reduction_run run = {.values = values, .pieces = pieces, .num_pieces = num_pieces};

    start(reduction, &run, true);
}

void mpb_reduction_ready(mpb_reduction *reduction, size_t offset)
{
    reduction->ready = offset;
}

void mpb_reduction_poll(mpb_reduction *reduction)
{
    double now;

    if (is_done(reduction)) {
        return;
    }
    now = mpb_clock_seconds();
    if (now - reduction->polled_at >= POLL_SECONDS) {
        for (int i = 0; i < POLL_PASSES; i++) {
            advance(reduction);
        }
        reduction->polled_at = now;
    }
}

mpb_status mpb_reduction_sum_double(mpb_reduction *r, double *values, size_t count)
{
    double own[MPB_REDUCTION_NUMBERS];
    MPI_Request request;
    int done = 0;

    assert(count <= MPB_REDUCTION_NUMBERS);
    if (is_lone(r)) {
        return mpb_comm_sum_double(r->comm, values, count);
    }
    memcpy(own, values, count * sizeof(*own));
    MPB_MPI_OR_ABORT(
        r->comm, MPI_Iallreduce(own, values, (int)count, MPI_DOUBLE, MPI_SUM, r->world, &request));
    for (;;) {
        MPB_MPI_OR_ABORT(r->comm, MPI_Test(&request, &done, MPI_STATUS_IGNORE));
        if (done) {
            return MPB_OK;
        }
        go_on(r);
    }
}

/* Of the plain way, and of a rank alone. */
static void square_block(void *context, size_t task, int thread)
{
    mpb_reduction *r = context;
    const size_t left = r->whole.count - task * BLOCK;

    (void)thread;
    r->squares[task] = r->kernels->squares(left < BLOCK ? left : BLOCK,
                                           r->run.values + r->whole.offset + task * BLOCK);
}

static double square_whole(mpb_reduction *r)
{
    const size_t blocks = (r->whole.count + BLOCK - 1) / BLOCK;
    double sum = 0.0;

    mpb_team_run(r->options.team, blocks, square_block, r);
    for (size_t i = 0; i < blocks; i++) {
        sum += r->squares[i];
    }
    return sum;
}

static mpb_status sum_plainly(mpb_reduction *r, double *squares)
{
    const mpb_piece *last = r->run.pieces + r->run.num_pieces - 1;
    const size_t begin = r->run.pieces->offset;

    r->whole = (stretch){begin, last->offset + last->count - begin};
    MPB_TRY(mpb_comm_sum_float(r->comm, r->run.values + begin, r->whole.count));
    *squares = mpb_comm_rank(r->comm) == 0 ? square_whole(r) : 0.0;
    return MPB_OK;
}

mpb_status mpb_reduction_finish(mpb_reduction *reduction, double *squares)
{
    if (is_lone(reduction)) {
        return sum_plainly(reduction, squares);
    }
    reduction->ready = 0;
    while (!is_done(reduction)) {
        go_on(reduction);
    }
    *squares = reduction->own_squares;
    return MPB_OK;
}

mpb_status mpb_reduction_abandon(mpb_reduction *reduction)
{
    double opened = (double)reduction->passed.opened;

    MPB_TRY(mpb_comm_max_double(reduction->comm, &opened, 1));
    reduction->limit = (size_t)opened;
    reduction->ready = 0;
    while (!is_done(reduction)) {
        go_on(reduction);
    }
    return MPB_OK;
}

float *mpb_reduction_remainders(mpb_reduction *reduction)
{
    return reduction->rest;
}

static void keep_chunk(void *context, size_t task, int thread)
{
    (void)thread;
    wire_keep_rest(context, task);
}

void mpb_reduction_keep_remainders(mpb_reduction *reduction)
{
    if (reduction->rest != NULL) {
        mpb_team_run(reduction->options.team, reduction->limit, keep_chunk, reduction);
    }
}

void mpb_reduction_await(mpb_reduction *reduction, size_t offset)
{
    const bool waits = reduction->publishes && !is_lone(reduction);
    const size_t chunks = waits ? schedule_chunks_before(&reduction->plan, offset) : 0;

    while (reduction->passed.done < chunks) {
        go_on(reduction);
    }
}

bool mpb_reduction_is_busy(const mpb_reduction *reduction)
{
    return !is_done(reduction);
}
