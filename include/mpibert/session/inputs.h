#pragma once

/* The tokenised examples that a run trains on and validates with. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"

/* How the texts of a data set that were cut to model.max_seq_length are known. */
typedef struct mpb_cut_texts {
    bool known;         /* shards may not say */
    bool exact;         /* whether no other text has that length */
    size_t length;      /* their tokens; 0: nothing was cut */
    double token_share; /* what all texts of the data set lost, in [0, 1] */
} mpb_cut_texts;

typedef struct mpb_run_inputs {
    mpb_dataset train;
    mpb_dataset validation;    /* no sequences: the run does not validate */
    mpb_truncation truncation; /* of data.train before any split; no texts: unknown */
    mpb_cut_texts train_cut;
    mpb_cut_texts validation_cut;
    mpb_strings made; /* folders of the cache that were not there before */
} mpb_run_inputs;

/* What a run of `config`, whose task is settled (mpb_run_task_settle), learns from: reads text
 * (through the cache, or in memory where data.cache_directory is NULL) or shards, splits
 * where no validation set is named, and checks labels and lengths against the model. Where the data
 * has the labels that the model was trained with, they are numbered in the model's order, as
 * transformers' examples do. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_inputs_load(const mpb_log *log, const mpb_comm *comm,
                                              const mpb_run_config *config,
                                              const mpb_opened_model *opened,
                                              mpb_run_inputs *inputs);
void mpb_run_inputs_clear(mpb_run_inputs *inputs);
