#pragma once

#include "mpibert/comm/comm.h"

#include <mpi.h>

#include "node_sum.h"

enum { MAX_CORES = 1024 }; /* as many as an affinity mask of the C library has */

struct mpb_comm {
    MPI_Comm world; /* owned duplicate, so that our messages never meet a library's */
    MPI_Comm node;  /* owned, the ranks of this node */
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

/* Leaves the calling function with MPB_ERR_SYSTEM unless the MPI call succeeded. */
#define MPB_TRY_MPI(call)                                                                          \
    do {                                                                                           \
        int mpb_mpi_code_ = (call);                                                                \
        if (mpb_mpi_code_ != MPI_SUCCESS) {                                                        \
            return mpb_comm_describe(mpb_mpi_code_, #call);                                        \
        }                                                                                          \
    } while (0)

mpb_status mpb_comm_describe(int code, const char *call);
