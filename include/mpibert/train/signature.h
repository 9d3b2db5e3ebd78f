#pragma once

/* What must stay the same between the starts of one run for it to be the same run. Local. */

#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/train/run_config.h"

/* *signature (owned by the caller) = JSON of the run-defining settings. */
MPB_MUST_CHECK mpb_status mpb_signature_make(const mpb_run_config *config, const mpb_dataset *train,
                                             size_t batch_size, int64_t total_steps,
                                             const char *vocab_sha256, char **signature);

/* A difference is MPB_ERR_CONFIG that names the first setting that changed, both values and
 * `path`, the checkpoint. */
MPB_MUST_CHECK mpb_status mpb_signature_check(const char *now, const char *then, const char *path);
