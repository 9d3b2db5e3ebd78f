#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "comm_internal.h"
#include "mpibert/core/clock.h"

enum { STATUS_TEXT = 1024, PLACE_TEXT = 128 };

static const double LONELY_SECONDS = 10.0; /* until a rank that failed counts as the only one */
static const double AWAKE_SECONDS = 0.02;  /* until a rank that waits gives its core away */
static const long PAUSE_NANOSECONDS = 1000000;

typedef struct outcome {
    int status;
    int rank;
} outcome;

/* "rank 2 on node07" within the parentheses that say where, or in new ones; the text has room for
 * STATUS_TEXT bytes. */
static void add_place(const mpb_comm *comm, char *text)
{
    const size_t length = strlen(text);
    const bool has_where = length > 0 && text[length - 1] == ')';
    const size_t at = has_where ? length - 1 : length;

    if (at + PLACE_TEXT < STATUS_TEXT) {
        snprintf(text + at, PLACE_TEXT, "%srank %d on %s)", has_where ? ", " : " (", comm->rank,
                 comm->hosts[comm->rank].name);
    }
}

/* What only some ranks met depends on where they are. On one host, what rank 0 alone has met is
 * mostly its own business, such as writing results. */
static bool needs_place(const mpb_comm *comm, bool met_by_all)
{
    return !met_by_all && (comm->rank != 0 || mpb_comm_num_nodes(comm) > 1);
}

/* The description of the worst outcome, on all ranks; with the place of who met it, unless it is
 * `anywhere` the same. */
static mpb_status share_text(const mpb_comm *comm, MPI_Comm ranks, mpb_status mine,
                             const outcome *worst, bool anywhere)
{
    int least = (int)mine;
    char text[STATUS_TEXT] = "";

    MPB_MPI_OR_ABORT(comm, MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_INT, MPI_MIN, ranks));
    if (worst->rank == comm->rank) {
        strncpy(text, mpb_status_last(), sizeof(text) - 1);
        if (!anywhere && needs_place(comm, least != MPB_OK)) {
            add_place(comm, text);
        }
    }
    MPB_MPI_OR_ABORT(comm, MPI_Bcast(text, sizeof(text), MPI_CHAR, worst->rank, ranks));
    return MPB_FAIL((mpb_status)worst->status, "%s", text);
}

static mpb_status agree(const mpb_comm *comm, mpb_status status, bool dealt)
{
    outcome worst = {(int)status, comm->rank};

    if (comm->size == 1) {
        return status;
    }
    MPB_MPI_OR_ABORT(comm,
                     MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_2INT, MPI_MAXLOC, comm->world));
    if (worst.status == MPB_OK) {
        return MPB_OK;
    }
    return share_text(comm, comm->world, status, &worst, dealt && worst.status == MPB_ERR_DATA);
}

mpb_status mpb_comm_agree(const mpb_comm *comm, mpb_status status)
{
    return agree(comm, status, false);
}

mpb_status comm_agree_on_dealt(const mpb_comm *comm, mpb_status status)
{
    return agree(comm, status, true);
}

/* Until all ranks are here, which it tells, or for `limit` seconds; 0: for ever. */
static mpb_status await_all(const mpb_comm *comm, MPI_Request *request, double limit, int *done)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};
    const double started_at = mpb_clock_seconds();
    double waited = 0.0;

    MPB_MPI_OR_ABORT(comm, MPI_Test(request, done, MPI_STATUS_IGNORE));
    while (!*done && (limit == 0.0 || waited < limit)) {
        if (waited < AWAKE_SECONDS) {
            sched_yield();
        } else {
            nanosleep(&pause, NULL);
        }
        waited = mpb_clock_seconds() - started_at;
        MPB_MPI_OR_ABORT(comm, MPI_Test(request, done, MPI_STATUS_IGNORE));
    }
    return MPB_OK;
}

mpb_status mpb_comm_conclude(const mpb_comm *comm, mpb_status status)
{
    const outcome mine = {(int)status, comm->rank};
    outcome worst;
    MPI_Request request;
    int done = 0;

    if (comm->size == 1) {
        return status;
    }
    MPB_MPI_OR_ABORT(comm,
                     MPI_Iallreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, comm->end, &request));
    MPB_TRY(await_all(comm, &request, status == MPB_OK ? 0.0 : LONELY_SECONDS, &done));
    if (!done) {
        mpb_comm_abort(comm, status);
    }
    return worst.status == MPB_OK ? MPB_OK : share_text(comm, comm->end, status, &worst, false);
}
