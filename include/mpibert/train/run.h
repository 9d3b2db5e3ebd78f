#pragma once

/* A whole training run, from the configuration to runs/NAME/final. Collective. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/train/run_config.h"

MPB_MUST_CHECK mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm,
                                        const mpb_run_config *config);
