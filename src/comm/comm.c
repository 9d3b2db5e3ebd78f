#include "comm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AWAIT_NANOSECONDS = 5000000, LEAVE_NANOSECONDS = 200000000 };

static mpb_status attach(mpb_comm *comm)
{
    MPB_TRY_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &comm->world));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(comm->world, MPI_ERRORS_RETURN));
    MPB_TRY_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &comm->end));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(comm->end, MPI_ERRORS_RETURN));
    MPB_TRY_MPI(MPI_Comm_rank(comm->world, &comm->rank));
    MPB_TRY_MPI(MPI_Comm_size(comm->world, &comm->size));
    MPB_TRY_MPI(
        MPI_Comm_split_type(comm->world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &comm->node));
    MPB_TRY_MPI(MPI_Comm_size(comm->node, &comm->node_size));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(comm->node, MPI_ERRORS_RETURN));
    MPB_TRY(comm_find_cores(comm));
    MPB_TRY(comm_find_hosts(comm));
    MPB_TRY(comm_begin_watch(comm));
    return node_sum_create(comm->world, comm->node, &comm->sum, &comm->no_shared_memory);
}

/* MPICH 4.0 with UCX over TCP closes each connection in MPI_Finalize by a message that the other end
 * has to answer, and a rank whose own are closed answers no more. One that is answered by a rank that
 * has yet to leave the last collective therefore leaves that rank waiting for ever. So all leave the
 * collective, and some time later they finalize. */
static void await_leaving(const mpb_comm *comm)
{
    const struct timespec pause = {.tv_nsec = LEAVE_NANOSECONDS};

    if (mpb_comm_num_nodes(comm) > 1 && strncmp(mpb_comm_library(), "MPICH", 5) == 0) {
        MPI_Barrier(comm->world);
        nanosleep(&pause, NULL);
    }
}

static void leave_mpi(mpb_comm *comm)
{
    node_sum_destroy(&comm->sum);
    if (comm->world != MPI_COMM_NULL) {
        await_leaving(comm);
        MPI_Comm_free(&comm->node);
        MPI_Comm_free(&comm->end);
        MPI_Comm_free(&comm->world);
        MPI_Finalize();
    }
}

/* MPI may wait for a rank that dies here, too. */
static void detach(mpb_comm *comm)
{
    leave_mpi(comm);
    watch_destroy(&comm->watch);
    free(comm->hosts);
    free(comm);
}

static mpb_comm *make(const char *command)
{
    mpb_comm *made = calloc(1, sizeof(*made));

    if (made != NULL) {
        *made = (mpb_comm){.world = MPI_COMM_NULL,
                           .node = MPI_COMM_NULL,
                           .end = MPI_COMM_NULL,
                           .command = command,
                           .size = 1,
                           .node_size = 1};
    }
    return made;
}

mpb_status mpb_comm_start(int *argc, char ***argv, mpb_comm **comm)
{
    mpb_comm *made = make((*argv)[*argc > 1 ? 1 : 0]);
    mpb_status status;
    int provided;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the group of ranks");
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
        free(made);
        return MPB_FAIL(MPB_ERR_SYSTEM, "MPI could not be started");
    }
    status = attach(made);
    if (status != MPB_OK) {
        mpb_comm_abort(made, status);
    }
    *comm = made;
    return MPB_OK;
}

mpb_status mpb_comm_alone(mpb_comm **comm)
{
    mpb_comm *made = make("");
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the group of ranks");
    status = comm_find_cores(made);
    if (status == MPB_OK) {
        status = comm_find_hosts(made);
    }
    if (status != MPB_OK) {
        detach(made);
        return status;
    }
    *comm = made;
    return MPB_OK;
}

void mpb_comm_stop(mpb_comm **comm)
{
    detach(*comm);
    *comm = NULL;
}

int mpb_comm_rank(const mpb_comm *comm)
{
    return comm->rank;
}

int mpb_comm_size(const mpb_comm *comm)
{
    return comm->size;
}

int mpb_comm_node_size(const mpb_comm *comm)
{
    return comm->node_size;
}

int mpb_comm_cores(const mpb_comm *comm)
{
    return comm->cores;
}

const int *mpb_comm_own_cores(const mpb_comm *comm)
{
    return comm->has_own_cores ? comm->own_cores : NULL;
}

int mpb_comm_idle_cores(const mpb_comm *comm)
{
    return comm->idle_cores;
}

int mpb_comm_granted_cores(const mpb_comm *comm)
{
    return comm->granted_cores;
}

bool mpb_comm_lacks_shared_memory(const mpb_comm *comm)
{
    return comm->no_shared_memory;
}

mpb_status mpb_comm_barrier(const mpb_comm *comm)
{
    if (comm->size > 1) {
        MPB_MPI_OR_ABORT(comm, MPI_Barrier(comm->world));
    }
    return MPB_OK;
}

mpb_status mpb_comm_await_all(const mpb_comm *comm)
{
    const struct timespec pause = {.tv_nsec = AWAIT_NANOSECONDS};
    MPI_Request request;
    int done = 0;

    if (comm->size == 1) {
        return MPB_OK;
    }
    MPB_MPI_OR_ABORT(comm, MPI_Ibarrier(comm->world, &request));
    MPB_MPI_OR_ABORT(comm, MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    while (!done) {
        nanosleep(&pause, NULL);
        MPB_MPI_OR_ABORT(comm, MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    }
    return MPB_OK;
}

const char *mpb_comm_library(void)
{
    static const char label[] = "Version:\t";
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    char *version;
    int length = 0;

    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    version = strstr(text, label); /* "MPICH Version:\t4.0.2" */
    if (version != NULL) {
        memmove(version, version + strlen(label), strlen(version + strlen(label)) + 1);
    }
    return text;
}
