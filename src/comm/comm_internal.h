#pragma once

#include "mpibert/comm/comm.h"

#include <mpi.h>

#include "hosts.h"
#include "node_sum.h"
#include "watch.h"

enum { MAX_CORES = 1024 }; /* as many as an affinity mask of the C library has */

struct mpb_comm {
    MPI_Comm world; /* owned duplicate, so that our messages never meet a library's; */
    MPI_Comm node;  /* owned, the ranks of this node; */
    MPI_Comm end;   /* owned duplicate, for mpb_comm_conclude; MPI_COMM_NULL without MPI, all */
    const char *command; /* borrowed, for the line that tells of a failed MPI call */
    int rank;
    int size;
    int node_size;
    int cores;
    bool has_own_cores;
    int own_cores[MAX_CORES]; /* the first `cores`, where this rank has cores of its own */
    int idle_cores;
    int granted_cores;       /* of this node, to the job */
    struct comm_host *hosts; /* owned, (size) */
    watch *watch;            /* owned; NULL: one rank, or nobody watches */
    node_sum *sum;           /* owned; NULL: floats are summed as messages, */
    bool no_shared_memory;   /* because of this, or one rank a node */
    const mpb_comm *whole;   /* borrowed: the job that this is a part of, or NULL */
    struct bell *bell;       /* owned, of a part; NULL without MPI */
};

/* Fills in what is known of the cores. Collective. */
mpb_status comm_find_cores(mpb_comm *comm);

/* Fills in who runs where. Collective. */
mpb_status comm_find_hosts(mpb_comm *comm);

/* Starts to watch the other ranks. Collective. */
mpb_status comm_begin_watch(mpb_comm *comm);

/* Leaves the calling function with MPB_ERR_SYSTEM unless the MPI call succeeded. For what has no
 * mpb_comm. */
#define MPB_TRY_MPI(call)                                                                          \
    do {                                                                                           \
        int mpb_mpi_code_ = (call);                                                                \
        if (mpb_mpi_code_ != MPI_SUCCESS) {                                                        \
            return mpb_comm_describe(mpb_mpi_code_, #call);                                        \
        }                                                                                          \
    } while (0)

/* Ends the job unless the MPI call succeeded: the other ranks wait for this one, and nothing that
 * this one could do yet would reach them. */
#define MPB_MPI_OR_ABORT(comm, call)                                                               \
    do {                                                                                           \
        int mpb_mpi_code_ = (call);                                                                \
        if (mpb_mpi_code_ != MPI_SUCCESS) {                                                        \
            mpb_comm_abort((comm), mpb_comm_describe(mpb_mpi_code_, #call));                       \
        }                                                                                          \
    } while (0)

/* The same for calls of ours. */
#define MPB_STATUS_OR_ABORT(comm, call)                                                            \
    do {                                                                                           \
        mpb_status mpb_comm_status_ = (call);                                                      \
        if (mpb_comm_status_ != MPB_OK) {                                                          \
            mpb_comm_abort((comm), mpb_comm_status_);                                              \
        }                                                                                          \
    } while (0)

/* As mpb_comm_agree after work that was dealt to whoever was free: wrong data would have been the
 * same to any rank, so the line does not name one. */
mpb_status comm_agree_on_dealt(const mpb_comm *comm, mpb_status status);

mpb_status mpb_comm_describe(int code, const char *call);

/* Prints the newest failure and ends all ranks with `status` as the exit code. */
_Noreturn void mpb_comm_abort(const mpb_comm *comm, mpb_status status);
