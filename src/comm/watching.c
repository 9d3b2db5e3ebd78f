#include "mpibert/comm/watch.h"

#include <signal.h>

#include "comm_internal.h"

/* Where rank 0 and the deputy are to be reached, and the job's token, on all ranks. */
static mpb_status exchange_offers(const mpb_comm *comm, watch_parts *parts)
{
    const int sources[2] = {0, parts->deputy};

    for (int i = 0; i < 2; i++) {
        if (comm->rank == sources[i]) {
            watch_offer_make(&parts->offers[i], &parts->listener);
        }
        MPB_TRY_MPI(MPI_Bcast(&parts->offers[i], sizeof(parts->offers[i]), MPI_BYTE, sources[i],
                              comm->world));
    }
    return MPB_OK;
}

mpb_status comm_begin_watch(mpb_comm *comm)
{
    watch_parts parts = {.rank = comm->rank,
                         .size = comm->size,
                         .command = comm->command,
                         .hosts = comm->hosts,
                         .listener = -1,
                         .pace = watch_usual_pace()};

    if (comm->size == 1) {
        return MPB_OK;
    }
    signal(SIGPIPE, SIG_IGN); /* MPI writes to ranks that have died, too */
    parts.deputy = watch_deputy(comm->hosts, comm->size);
    MPB_TRY(exchange_offers(comm, &parts));
    return watch_create(&parts, &comm->watch);
}

void mpb_comm_note(const mpb_comm *comm, const char *doing, int64_t step)
{
    if (comm->watch != NULL) {
        watch_note(comm->watch, doing, step);
    }
}

void mpb_comm_note_saved(const mpb_comm *comm, int64_t step)
{
    if (comm->watch != NULL) {
        watch_note_saved(comm->watch, step);
    }
}

void mpb_comm_allow_silence(const mpb_comm *comm, double seconds)
{
    if (comm->watch != NULL) {
        watch_set_silence(comm->watch, seconds);
    }
}

void mpb_comm_leave(const mpb_comm *comm, mpb_status code)
{
    if (comm->watch != NULL) {
        watch_leave(comm->watch, (int)code);
    }
}
