#pragma once

/* The sums of gradients over ranks, as a run's configuration wants them. */

#include <stddef.h>

#include "mpibert/comm/reduction.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"

/* Of a flat space of `capacity` floats, whose sums may stay with `owners` ranks. Borrows `team`.
 * Local. */
mpb_reduction_options mpb_gradient_sums_options(const mpb_run_cluster *cluster, size_t capacity,
                                                int owners, const mpb_team *team, mpb_isa isa);

/* Sums that go on while the threads of `team` compute: polling them becomes its errand. Collective;
 * all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_gradient_sums_create(const mpb_comm *comm,
                                                   const mpb_run_cluster *cluster, size_t capacity,
                                                   int owners, mpb_team *team, mpb_isa isa,
                                                   mpb_reduction **reduction);
/* Takes the errand back. `reduction` may be NULL. Collective. */
void mpb_gradient_sums_destroy(mpb_team *team, mpb_reduction **reduction);
