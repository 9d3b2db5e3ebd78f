#pragma once

/* How one rank reaches all others while they are busy with other things: empty messages, for which
 * they look now and then. */

#include <mpi.h>

#include <stdbool.h>

#include "mpibert/core/status.h"

typedef struct bell {
    MPI_Comm all;          /* owned, every rank of the job */
    MPI_Request *requests; /* owned, (size): the messages that this rank has sent */
    int size;
    int rank;
    int heard; /* messages that came in */
    bool rung; /* by this rank */
} bell;

/* Collective over `all`. */
mpb_status bell_create(MPI_Comm all, bell **made);

/* Takes in what was rung and not heard. Collective over `all`. */
mpb_status bell_destroy(bell **gone);

mpb_status bell_ring(bell *b);
mpb_status bell_listen(bell *b, bool *heard);
