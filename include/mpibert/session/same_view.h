#pragma once

/* Whether all ranks have read the same: hosts may keep copies of a configuration, a model or data
 * of their own, and what differs would lead ranks into different collectives, or, without a word,
 * to different weights. MPB_ERR_DATA, which names the rank, its host and the file. All
 * collective. */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"

/* `path` is the file that was read; NULL: none. */
MPB_MUST_CHECK mpb_status mpb_same_config(const mpb_comm *comm, const mpb_run_config *config,
                                          const char *path);

/* Configuration, labels and vocabulary. */
MPB_MUST_CHECK mpb_status mpb_same_model(const mpb_comm *comm, const mpb_opened_model *opened);

/* weights (count); `where` is their directory. */
MPB_MUST_CHECK mpb_status mpb_same_weights(const mpb_comm *comm, const float *weights, size_t count,
                                           const char *where);

MPB_MUST_CHECK mpb_status mpb_same_data(const mpb_comm *comm, const mpb_dataset *dataset,
                                        const char *where);
