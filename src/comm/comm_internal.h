#pragma once

#include "mpibert/comm/comm.h"

#include <mpi.h>

#include "node_sum.h"

enum { MAX_CORES = 1024 }; /* as many as an affinity mask of the C library has */

struct mpb_comm {
    MPI_Comm world;      /* owned duplicate, so that our messages never meet a library's; */
    MPI_Comm node;       /* owned, the ranks of this node; both MPI_COMM_NULL without MPI */
    const char *command; /* borrowed, for the line that tells of a failed MPI call */
    int rank;
    int size;
    int node_size;
    int cores;
    bool has_own_cores;
    int own_cores[MAX_CORES]; /* the first `cores`, where this rank has cores of its own */
    int idle_cores;
    node_sum *sum;         /* owned; NULL: floats are summed as messages, */
    bool no_shared_memory; /* because of this, or one rank a node */
};

/* Fills in what is known of the cores. Collective. */
mpb_status comm_find_cores(mpb_comm *comm);

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

mpb_status mpb_comm_describe(int code, const char *call);

/* Prints the newest failure and ends all ranks with `status` as the exit code. */
_Noreturn void mpb_comm_abort(const mpb_comm *comm, mpb_status status);
