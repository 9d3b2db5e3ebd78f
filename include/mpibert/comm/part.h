#pragma once

/* Parts of a job: groups of its ranks that work on their own, each with an mpb_comm that knows no
 * other rank, until one rings for the others to stop. */

#include <stdbool.h>

#include "mpibert/comm/comm.h"

/* The ranks of `whole` that give the same `colour` (0 or more), in their order. Cores and the
 * number of ranks of a node are those of the job, since its parts share the node. `whole` must
 * outlive the part. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_split(const mpb_comm *whole, int colour, mpb_comm **part);

/* Ends the parts; who waits for the others sleeps. Collective over all ranks of the whole. */
void mpb_comm_rejoin(mpb_comm **part);

/* Tells all other parts that this one stops early, once. By one rank of a part; local. */
void mpb_comm_ring(mpb_comm *part);

/* Whether another part has rung; false in a job that is not split. Local. */
bool mpb_comm_has_rung(const mpb_comm *part);
