#pragma once

/* A whole training run, from the configuration to runs/NAME/final. A caller that wants it to stop
 * by signals calls mpb_signals_watch before, best before MPI starts. checkpoint.time_limit_minutes
 * counts from `started_at` (mpb_job_clock). Collective. */

#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

MPB_MUST_CHECK mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm,
                                        const mpb_run_config *config, double started_at);

/* Likewise, but the run is left when `epochs` are done (0: never), validated and with a checkpoint,
 * from which either function goes on to the weights of a run that was never left. One that has come
 * as far before stays as it is. */
MPB_MUST_CHECK mpb_status mpb_train_run_until(const mpb_log *log, const mpb_comm *comm,
                                              const mpb_run_config *config, double started_at,
                                              int64_t epochs);

/* MPB_ERR_CONFIG where a run cannot be on so many ranks: the cells of a deterministic plan are
 * shared out evenly. Local and pure. */
MPB_MUST_CHECK mpb_status mpb_train_check_ranks(const mpb_run_config *config, int ranks);
