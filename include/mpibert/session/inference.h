#pragma once

/* A finished model at work: opened once, run on any number of datasets, on all ranks together. */

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/documents.h"
#include "mpibert/task/task.h"

/* The configuration for work with a finished model: what its directory keeps of how its text was
 * read, then the file at `path` unless NULL, then the overrides. Names the model's outputs
 * (mpb_opened_model_ask_labels) and settles the length (mpb_corpus_settle_length). Local. */
MPB_MUST_CHECK mpb_status mpb_inference_configure(const mpb_log *log, const char *path,
                                                  const char *const *overrides,
                                                  size_t num_overrides, mpb_opened_model *opened,
                                                  mpb_run_config *config);

typedef struct mpb_inference mpb_inference;

/* Takes the cores, chooses the products and reads the weights; the directory must hold a trained
 * head. `task` is what the model is asked: mpb_task_of_model or mpb_task_predicting. `log`, `comm`,
 * `opened` and `config` are borrowed as long as it lasts. Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_create(const mpb_log *log, const mpb_comm *comm,
                                               const mpb_opened_model *opened,
                                               const mpb_run_config *config,
                                               const mpb_task_table *task,
                                               mpb_inference **inference);
void mpb_inference_destroy(mpb_inference **inference);

/* On rank 0, kept (starts as {0}, the caller's to clear) = what the model's task keeps of all
 * documents, merged over their chunks by data.document_pooling; on other ranks it stays empty. A
 * rank computes `batch_size` sequences at a time. The batches are the same on any number of ranks,
 * and so are the bits, whatever ran before. `documents`, those of `dataset`, are on all ranks. Memory grows with the largest batch so far;
 * what a failed run could not get, a smaller one may. Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_run(mpb_inference *inference, const mpb_dataset *dataset,
                                            const mpb_documents *documents, size_t batch_size,
                                            mpb_kept *kept);

/* What that means. Everything is borrowed. Local. */
mpb_task_results mpb_inference_results(const mpb_inference *inference, const mpb_dataset *dataset,
                                       const mpb_documents *documents, const mpb_kept *kept);
