#pragma once

/* Sums over ranks through memory that the ranks of a node share.
 *
 * The values are summed in pieces that stay in cache. Each rank has a slot in shared memory, and
 * each of the first `lanes` ranks of a node is responsible for one slice of a piece:
 *
 *     copy own values into the own slot; meet the others
 *     own slice = sum over all slots, in the order of ranks;
 *         then over nodes, by MPI between the ranks with the same slice; meet the others
 *     copy all slices out
 *
 * so every element is summed once a node, and all of its ranks read the same bits.
 */

#include <stdbool.h>
#include <stddef.h>

#include <mpi.h>

#include "mpibert/core/status.h"

typedef struct node_sum node_sum;

/* `world` is cut into parts that share memory, of which `node` is this rank's; both are borrowed.
 * Leaves *sum NULL, the same on all ranks, where each node has one rank only, or with *refused set
 * where the system refuses some rank the memory. Collective. */
MPB_MUST_CHECK mpb_status node_sum_create(MPI_Comm world, MPI_Comm node, node_sum **sum,
                                          bool *refused);

/* NULL is allowed. Collective. */
void node_sum_destroy(node_sum **sum);

/* values (count) = their sums over all ranks. Collective. */
MPB_MUST_CHECK mpb_status node_sum_float(node_sum *sum, float *values, size_t count);
