#pragma once

/* Memory that the ranks of a node share.
 *
 * Not MPI's windows: where /dev/shm is too small for one rank only, Open MPI 4.1 lets the others
 * wait for it for ever.
 */

#include <stdbool.h>
#include <stddef.h>

#include <mpi.h>

#include "mpibert/core/status.h"

/* Zeroed; one part behind the other in the order of ranks, the pages of each close to its rank. */
typedef struct shared_memory {
    void *base; /* owned; NULL: there is none */
    size_t bytes;
} shared_memory;

/* `part_bytes` for each rank of `node`. `memory` is left {0} on a rank that the system
 * refuses it; the others do not learn this here. Collective over `node`. */
MPB_MUST_CHECK mpb_status shared_memory_create(MPI_Comm node, size_t part_bytes,
                                               shared_memory *memory);

/* Local; {0} is allowed. */
void shared_memory_destroy(shared_memory *memory);
