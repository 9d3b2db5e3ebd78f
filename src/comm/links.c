#include "mpibert/comm/links.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "comm_internal.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"

enum {
    TAG = 81,
    PINGS = 10,
    FIRST_BYTES = 1 << 16,
    MOST_BYTES = 1 << 22,
    REPEATS = 3,      /* of the message whose size is settled; the fastest counts */
    PART_OF_TURN = 8, /* that a message lasts whose size is settled */
};

/* Two ranks that measure what is between them. */
typedef struct pair {
    const mpb_comm *comm;
    int other;
    bool leads; /* this rank is the one that holds the clock */
    char *out;  /* (MOST_BYTES) */
    char *in;
    double turn; /* seconds for the pair */
} pair;

static void exchange(const pair *p, int bytes)
{
    MPB_MPI_OR_ABORT(p->comm,
                     MPI_Sendrecv(p->out, bytes, MPI_BYTE, p->other, TAG, p->in, bytes, MPI_BYTE,
                                  p->other, TAG, p->comm->world, MPI_STATUS_IGNORE));
}

/* There and back. */
static double ping(const pair *p, void *bytes, int count)
{
    const double begin = mpb_clock_seconds();

    if (p->leads) {
        MPB_MPI_OR_ABORT(p->comm, MPI_Send(bytes, count, MPI_BYTE, p->other, TAG, p->comm->world));
    }
    MPB_MPI_OR_ABORT(p->comm, MPI_Recv(bytes, count, MPI_BYTE, p->other, TAG, p->comm->world,
                                       MPI_STATUS_IGNORE));
    if (!p->leads) {
        MPB_MPI_OR_ABORT(p->comm, MPI_Send(bytes, count, MPI_BYTE, p->other, TAG, p->comm->world));
    }
    return mpb_clock_seconds() - begin;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double measure_latency(const pair *p)
{
    double best = DBL_MAX;

    for (int i = 0; i < PINGS; i++) {
        double nothing = 0.0;

        best = smaller(best, ping(p, &nothing, sizeof(nothing)));
    }
    return best / 2.0;
}

/* What the leader says the next message has; 0: none follows. */
static int agree_on(const pair *p, int bytes)
{
    ping(p, &bytes, sizeof(bytes));
    return bytes;
}

static double timed_exchange(const pair *p, int bytes)
{
    double begin;

    agree_on(p, bytes); /* both are there */
    begin = mpb_clock_seconds();
    exchange(p, bytes);
    return mpb_clock_seconds() - begin;
}

/* Larger messages until one lasts long enough to be of more than buffers; then that one again. */
static double measure_rate(const pair *p)
{
    int bytes = FIRST_BYTES;
    double best;

    for (;;) {
        best = timed_exchange(p, bytes);
        if (agree_on(p, best < p->turn / PART_OF_TURN && bytes < MOST_BYTES) == 0) {
            break;
        }
        bytes *= 2;
    }
    for (int i = 0; i < REPEATS; i++) {
        best = smaller(best, timed_exchange(p, bytes));
    }
    return bytes / best;
}

/* The circle: the last of an even number stands in the middle, the others turn around it. */
int mpb_links_partner(int me, int round, int count)
{
    const int even = count + count % 2;
    const int ring = even - 1;
    int other;

    if (me == ring) {
        other = (int)((long)round * (even / 2) %
                      ring); /* of whom it is the mirror image: 2 x = round */
    } else {
        other = ((round - me) % ring + ring) % ring;
        other = other == me ? ring : other;
    }
    return other < count ? other : -1;
}

static int count_rounds(int count)
{
    const int rounds = count + count % 2 - 1;

    return rounds < MPB_MAX_LINK_ROUNDS ? rounds : MPB_MAX_LINK_ROUNDS;
}

/* Appends the links of which this rank, number `me` of `ranks`, held the clock. */
static mpb_status play(pair *p, const int *ranks, int count, int me, mpb_buffer *found)
{
    for (int round = 0; round < count_rounds(count); round++) {
        const int other = mpb_links_partner(me, round, count);
        mpb_link link;

        if (other < 0) {
            continue;
        }
        p->other = ranks[other];
        p->leads = me < other;
        link = (mpb_link){.a = ranks[me], .b = ranks[other]};
        link.latency = measure_latency(p);
        link.bytes_per_second = measure_rate(p);
        if (p->leads) {
            MPB_TRY(mpb_buffer_append(found, &link, sizeof(link)));
        }
    }
    return MPB_OK;
}

static int position_of(int rank, const int *ranks, int count)
{
    for (int i = 0; i < count; i++) {
        if (ranks[i] == rank) {
            return i;
        }
    }
    return -1;
}

static mpb_status take_links(const mpb_buffer *all, mpb_link **links, size_t *num_links)
{
    *num_links = all->size / sizeof(**links);
    if (*num_links == 0) {
        *links = NULL;
        return MPB_OK;
    }
    *links = malloc(all->size);
    MPB_REQUIRE(*links != NULL, MPB_ERR_SYSTEM, "no memory for the speed of messages");
    memcpy(*links, all->data, all->size);
    return MPB_OK;
}

mpb_status mpb_links_measure(const mpb_comm *comm, const int *ranks, int count, double seconds,
                             mpb_link **links, size_t *num_links)
{
    const int me = position_of(comm->rank, ranks, count);
    pair p = {.comm = comm, .turn = seconds / (count > 1 ? count_rounds(count) : 1)};
    void *room = NULL;
    mpb_buffer mine = {0};
    mpb_buffer all = {0};
    mpb_status status = mpb_memory_create(2, MOST_BYTES, "messages between hosts", &room);

    if (status == MPB_OK) { /* so that nothing fails between two messages */
        status = mpb_buffer_reserve(&mine, (size_t)count * sizeof(mpb_link));
    }
    status = mpb_comm_agree(comm, status);
    p.out = room;
    p.in = status == MPB_OK ? p.out + MOST_BYTES : NULL;
    if (status == MPB_OK && me >= 0 && count > 1) {
        status = play(&p, ranks, count, me, &mine);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = mpb_comm_gather(comm, &mine, &all);
    }
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, take_links(&all, links, num_links));
    }
    mpb_memory_destroy(room);
    mpb_buffer_clear(&mine);
    mpb_buffer_clear(&all);
    return status;
}

static double wall_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Of the other's clock, read in the middle of the fastest ping. */
static double measure_clock(const pair *p)
{
    double ahead = 0.0;
    double best = DBL_MAX;

    for (int i = 0; i < PINGS; i++) {
        double theirs = wall_clock(); /* what comes back to rank 0 is the other's */
        const double begin = theirs;
        double seconds;

        if (p->leads) {
            seconds = ping(p, &theirs, sizeof(theirs));
            if (seconds < best) {
                best = seconds;
                ahead = theirs - (begin + seconds / 2.0);
            }
        } else {
            MPB_MPI_OR_ABORT(p->comm, MPI_Recv(&theirs, sizeof(theirs), MPI_BYTE, p->other, TAG,
                                               p->comm->world, MPI_STATUS_IGNORE));
            theirs = wall_clock();
            MPB_MPI_OR_ABORT(p->comm, MPI_Send(&theirs, sizeof(theirs), MPI_BYTE, p->other, TAG,
                                               p->comm->world));
        }
    }
    return ahead;
}

mpb_status mpb_links_clocks(const mpb_comm *comm, const int *ranks, int count, double *ahead)
{
    for (int i = 0; i < count; i++) {
        pair p = {.comm = comm, .leads = comm->rank == 0};

        ahead[i] = 0.0;
        p.other = p.leads ? ranks[i] : 0;
        if (ranks[i] != 0 && (p.leads || ranks[i] == comm->rank)) {
            ahead[i] = measure_clock(&p);
        }
    }
    return mpb_comm_broadcast(comm, ahead, (size_t)count * sizeof(*ahead));
}
