#pragma once

/* Data for a finished model: read and tokenised in memory, nothing is written. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/train/opened_model.h"
#include "mpibert/train/run_config.h"

/* Renumbers the labels by `names`, which must have each of them (MPB_ERR_DATA otherwise). `where`
 * names the data. Local. */
MPB_MUST_CHECK mpb_status mpb_dataset_number_labels(const mpb_strings *names, const char *where,
                                                    mpb_dataset *dataset);

/* The labelled examples of `path` (text or shards), with labels numbered in the model's order. A
 * label that the model does not have is MPB_ERR_DATA. Collective. */
MPB_MUST_CHECK mpb_status mpb_labelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                                 const mpb_run_config *config,
                                                 const mpb_opened_model *opened, const char *path,
                                                 mpb_dataset *dataset);

/* The texts of `path`, or of standard input where it is NULL, in their order. Collective. */
MPB_MUST_CHECK mpb_status mpb_unlabelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                                   const mpb_run_config *config,
                                                   const mpb_opened_model *opened, const char *path,
                                                   mpb_dataset *dataset);
