#pragma once

/* What must stay the same between the starts of one run for it to be the same run: JSON in the
 * training state with three members, `settings` (keys of the configuration that the results depend
 * on, as marked in run_config_table.c), `data` (what was made of the inputs) and `length`. Local.
 * */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/model/config.h"
#include "mpibert/shards/dataset.h"

/* How long a run is, in optimizer steps. */
typedef struct mpb_run_length {
    int64_t steps;
    int64_t steps_per_epoch;
} mpb_run_length;

/* mpb_run_num_steps, where an epoch has so many. */
mpb_run_length mpb_run_length_of(const mpb_run_training *training, int64_t steps_per_epoch);

/* Whether the learning rates of the steps taken stay what they were when a run becomes longer or
 * shorter: with training.scheduler: constant and a warm-up that does not depend on the length. */
bool mpb_run_may_change_length(const mpb_run_training *training);

/* All of it borrowed. */
typedef struct mpb_signature_facts {
    const mpb_model_config *model;
    const mpb_dataset *train;
    size_t batch_size; /* sequences of a micro-batch over all ranks */
    mpb_run_length length;
    const char *vocab_sha256;
    const char *teacher; /* its digest; NULL: there is none */
} mpb_signature_facts;

/* *signature (owned by the caller) = the JSON. */
MPB_MUST_CHECK mpb_status mpb_signature_make(const mpb_run_config *config,
                                             const mpb_signature_facts *facts, char **signature);

/* A setting that is not as in the signature `then`, or its absence there, is MPB_ERR_CONFIG that
 * names it, both values and `path`, the checkpoint. Needs no data. */
MPB_MUST_CHECK mpb_status mpb_signature_check_settings(const mpb_run_config *config,
                                                       const char *then, const char *path);

/* Likewise for what was made of the inputs. */
MPB_MUST_CHECK mpb_status mpb_signature_check_data(const char *now, const char *then,
                                                   const char *path);

/* *length = that of a run with the signature `then`, of which `step` steps are done, by
 * training.epochs and max_steps as they are now. If it differs although it may not, or ends before
 * `step`, MPB_ERR_CONFIG names the key and both values. */
MPB_MUST_CHECK mpb_status mpb_signature_check_length(const mpb_run_config *config, const char *then,
                                                     int64_t step, const char *path,
                                                     mpb_run_length *length);
