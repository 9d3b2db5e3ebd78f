#pragma once

/* The tokenised examples that a run trains on and validates with. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/train/opened_model.h"
#include "mpibert/train/run_config.h"

typedef struct mpb_run_inputs {
    mpb_dataset train;
    mpb_dataset validation; /* no sequences: the run does not validate */
} mpb_run_inputs;

/* Reads text (through the cache) or shards, splits where no validation set is named, and checks
 * labels and lengths against the model. Where the data has the labels that the model was trained
 * with, they are numbered in the model's order, as transformers' examples do. Collective. */
MPB_MUST_CHECK mpb_status mpb_run_inputs_load(const mpb_log *log, const mpb_comm *comm,
                                              const mpb_run_config *config,
                                              const mpb_opened_model *opened,
                                              mpb_run_inputs *inputs);
void mpb_run_inputs_clear(mpb_run_inputs *inputs);
