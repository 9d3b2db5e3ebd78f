#pragma once

/* A finished model at work on a dataset, on all ranks together. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/data/documents.h"
#include "mpibert/train/opened_model.h"
#include "mpibert/train/run_config.h"

/* The configuration for work with a finished model: what its directory keeps of how its text was
 * read, then the file at `path` unless NULL, then the overrides. Names the model's outputs
 * (mpb_opened_model_ask_labels) and settles the length (mpb_corpus_settle_length). Local. */
MPB_MUST_CHECK mpb_status mpb_inference_configure(const mpb_log *log, const char *path,
                                                  const char *const *overrides,
                                                  size_t num_overrides, mpb_opened_model *opened,
                                                  mpb_run_config *config);

/* *logits (owned by the caller, mpb_memory_destroy; documents->count x num_labels) of all
 * documents, pooled over their chunks by data.document_pooling, on every rank; a rank computes
 * `batch_size` sequences at a time. The batches are the same on any number of ranks, and so are the
 * bits. The directory must hold a trained classification head. `documents` is {0} before.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_documents(const mpb_log *log, const mpb_comm *comm,
                                                  const mpb_opened_model *opened,
                                                  const mpb_run_config *config,
                                                  const mpb_dataset *dataset, size_t batch_size,
                                                  mpb_documents *documents, float **logits);
