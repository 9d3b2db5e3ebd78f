#pragma once

/* The tokenised examples that a run trains on and validates with. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/train/opened_model.h"
#include "mpibert/train/run_config.h"

/* How the texts of a data set that were cut to model.max_seq_length are known. */
typedef struct mpb_cut_texts {
    bool known;         /* shards may not say */
    bool exact;         /* whether no other text has that length */
    size_t length;      /* their tokens; 0: nothing was cut */
    double token_share; /* what all texts of the data set lost, in [0, 1] */
} mpb_cut_texts;

typedef struct mpb_run_inputs {
    mpb_dataset train;
    mpb_dataset validation; /* no sequences: the run does not validate */
    mpb_cut_texts train_cut;
    mpb_cut_texts validation_cut;
    mpb_strings made; /* folders of the cache that were not there before */
} mpb_run_inputs;

/* Reads text (through the cache) or shards, splits where no validation set is named, and checks
 * labels and lengths against the model. Where the data has the labels that the model was trained
 * with, they are numbered in the model's order, as transformers' examples do. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_inputs_load(const mpb_log *log, const mpb_comm *comm,
                                              const mpb_run_config *config,
                                              const mpb_opened_model *opened,
                                              mpb_run_inputs *inputs);
void mpb_run_inputs_clear(mpb_run_inputs *inputs);
