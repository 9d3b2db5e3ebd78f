#pragma once

/* The threads of each rank of a job. */

#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/math/team.h"

/* `team` = `threads` threads on the cores of this rank, 0: as many as it has cores. Says what keeps
 * threads or cores from working: more threads than cores, or cores that the launcher left out.
 * Collective; the caller ends the team. */
MPB_MUST_CHECK mpb_status mpb_rank_team_begin(const mpb_log *log, const mpb_comm *comm,
                                              int64_t threads, mpb_team *team);
