#pragma once

/* Data for a finished model: read and tokenised in memory, nothing is written. Tokens of shards may
 * stay on disk (data.streaming). */

#include <stdbool.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"

/* The labelled examples of `path` (text or shards), with labels that are outputs of the model (see
 * mpb_dataset_match_labels), whose names `opened` has. Collective. */
MPB_MUST_CHECK mpb_status mpb_labelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                                 const mpb_run_config *config,
                                                 const mpb_opened_model *opened, const char *path,
                                                 mpb_dataset *dataset);

/* The texts of `path`, or of standard input where it is NULL, in their order. Collective. */
MPB_MUST_CHECK mpb_status mpb_unlabelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                                   const mpb_run_config *config,
                                                   const mpb_opened_model *opened, const char *path,
                                                   mpb_dataset *dataset);

/* Likewise whatever the model's task is: each text, or pair, for itself. `keeps_texts`: with the text
 * and the places of its tokens (mpb_encode_options), which shards have not. Collective. */
MPB_MUST_CHECK mpb_status mpb_texts_load(const mpb_log *log, const mpb_comm *comm,
                                         const mpb_run_config *config,
                                         const mpb_opened_model *opened, const char *path,
                                         bool keeps_texts, mpb_dataset *dataset);

/* One line of plain text (NUL-terminated) likewise; `where` names it. Collective. */
MPB_MUST_CHECK mpb_status mpb_text_parse(const mpb_log *log, const mpb_comm *comm,
                                         const mpb_run_config *config,
                                         const mpb_opened_model *opened, const char *text,
                                         const char *where, mpb_dataset *dataset);
