#pragma once

/* A whole training run, from the configuration to runs/NAME/final. A caller that wants it to stop
 * by signals calls mpb_signals_watch before, best before MPI starts. Collective. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/train/run_config.h"

MPB_MUST_CHECK mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm,
                                        const mpb_run_config *config);
