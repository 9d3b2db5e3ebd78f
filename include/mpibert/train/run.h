#pragma once

/* A whole training run, from the configuration to runs/NAME/final. A caller that wants it to stop
 * by signals calls mpb_signals_watch before, best before MPI starts. checkpoint.time_limit_minutes
 * counts from `started_at` (mpb_job_clock). Collective. */

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

MPB_MUST_CHECK mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm,
                                        const mpb_run_config *config, double started_at);

/* MPB_ERR_CONFIG where a run cannot be on so many ranks: the cells of a deterministic plan are
 * shared out evenly. Local and pure. */
MPB_MUST_CHECK mpb_status mpb_train_check_ranks(const mpb_run_config *config, int ranks);
