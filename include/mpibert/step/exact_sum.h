#pragma once

/* Sums of gradients whose bits depend neither on the number of ranks nor on where they run.
 *
 * A step's gradients come as one vector a cell (step/plan.h). They are added pairwise, neighbours
 * first, then pairs of neighbours: ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)). A rank's own cells
 * are a subtree, which it adds while it goes through them and keeps one vector a level for; the
 * levels above are sums of neighbouring ranks.
 */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/math/team.h"

typedef struct mpb_exact_sum mpb_exact_sum;

/* Of vectors of up to `size` floats, `own_cells` of them (a power of 2) a rank. Borrows `comm`,
 * whose size is a power of 2, and `team`. Local. */
MPB_MUST_CHECK mpb_status mpb_exact_sum_create(const mpb_comm *comm, const mpb_team *team,
                                               int own_cells, size_t size, mpb_exact_sum **sum);
void mpb_exact_sum_destroy(mpb_exact_sum **sum);

/* Bytes that mpb_exact_sum_create would take on one of `ranks` ranks. Local. */
size_t mpb_exact_sum_bytes(int ranks, int own_cells, size_t size);

/* Adds own cell number `index` (in order, from 0); with the last one, values (count) = the sum of
 * them all. Local. */
void mpb_exact_sum_add(mpb_exact_sum *sum, int index, float *values, size_t count);

/* values (count) = the sums over all ranks. Collective. */
MPB_MUST_CHECK mpb_status mpb_exact_sum_finish(mpb_exact_sum *sum, float *values, size_t count);
