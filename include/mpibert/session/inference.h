#pragma once

/* A finished model at work: opened once, run on any number of datasets, on all ranks together. */

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/io/sha256.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/documents.h"
#include "mpibert/task/task.h"

/* What to open, as the command line says it. */
typedef struct mpb_inference_request {
    const char *model;       /* its directory, a run, or an id, see mpb_opened_model_open */
    const char *config_path; /* NULL: none */
    const char **overrides;
    size_t num_overrides;
} mpb_inference_request;

/* Opens the model and makes the configuration for work with it: what its directory keeps of how its
 * text was read, then the file, then the overrides. Both start as {0} and are the caller's to close
 * and clear, on failure as well. Names the model's outputs (mpb_opened_model_ask_labels), settles the
 * length (mpb_corpus_settle_length), and sees that all ranks have the same model and settings.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_open(const mpb_log *log, const mpb_comm *comm,
                                             const mpb_inference_request *request,
                                             mpb_opened_model *opened, mpb_run_config *config);

typedef struct mpb_inference mpb_inference;

/* Takes the cores, chooses the products and reads the weights; the directory must hold a trained
 * head, unless that is MPB_HEAD_HIDDEN. `task` is what the model is asked: mpb_task_of_model or
 * mpb_task_predicting; NULL: mpb_inference_keep says it. `log`, `comm`, `opened` and `config` are
 * borrowed as long as it lasts. Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_create(const mpb_log *log, const mpb_comm *comm,
                                               const mpb_opened_model *opened,
                                               const mpb_run_config *config,
                                               const mpb_task_table *task,
                                               mpb_inference **inference);
void mpb_inference_destroy(mpb_inference **inference);

/* Which rows of the head's outputs are computed, and what is kept of them; everything borrowed. */
typedef struct mpb_inference_wish {
    size_t batch_size; /* sequences that a rank computes at a time */
    mpb_row_choice choice;
    mpb_keeping keeping;
} mpb_inference_wish;

/* On rank 0, kept (starts as {0}, the caller's to clear) = what is kept of all sequences of `dataset`,
 * of which there is one at least; as mpb_inference_run without a task. Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_keep(mpb_inference *inference, const mpb_dataset *dataset,
                                             const mpb_inference_wish *wish, mpb_kept *kept);

/* digest = SHA-256 of all weights as floats, adapters included. Local. */
MPB_MUST_CHECK mpb_status mpb_inference_digest(const mpb_inference *inference,
                                               char digest[MPB_SHA256_TEXT]);

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

/* Writes what rank 0 has of a dataset. Local. */
typedef mpb_status mpb_inference_write_fn(const mpb_task_table *task,
                                          const mpb_task_results *results, const void *context);

/* A model made for one dataset: what `write` gets on rank 0 is that of all its documents.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_inference_once(const mpb_log *log, const mpb_comm *comm,
                                             const mpb_opened_model *opened,
                                             const mpb_run_config *config,
                                             const mpb_task_table *task, const mpb_dataset *dataset,
                                             size_t batch_size, mpb_inference_write_fn *write,
                                             const void *context);
