#pragma once

/* Which documents of a data set a run trains on and validates with. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/session/inputs.h"
#include "mpibert/shards/dataset.h"

/* One data set becomes both: as scikit-learn's train_test_split would share it out. */
MPB_MUST_CHECK mpb_status input_shares_split(const mpb_run_config *config, const mpb_dataset *whole,
                                             mpb_run_inputs *inputs);

/* It becomes inputs->train, in the order of the run's selection. */
MPB_MUST_CHECK mpb_status input_shares_train(const mpb_run_config *config, mpb_dataset *whole,
                                             mpb_run_inputs *inputs);

/* `dataset` keeps its first `count` documents; 0: all. */
MPB_MUST_CHECK mpb_status input_shares_first(mpb_dataset *dataset, int64_t count);
