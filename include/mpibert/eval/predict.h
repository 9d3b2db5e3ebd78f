#pragma once

/* What a model gives for every sequence of a dataset, computed by all ranks together. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/eval/batch.h"
#include "mpibert/eval/kept.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"

/* Largest tokens of one of this rank's evaluation batches of up to `batch_size` sequences: what
 * the model must have room for. Local and pure. */
size_t mpb_predict_max_tokens(const mpb_dataset *dataset, size_t batch_size);

/* Bytes that mpb_predict takes at most, what it keeps included, besides the model. Local and pure. */
size_t mpb_predict_bytes(const mpb_dataset *dataset, size_t batch_size, const mpb_keeping *keeping);

/* What is told of this rank's share of the work after each of its batches. */
typedef struct mpb_predict_progress {
    size_t sequences; /* done, of this rank's */
    size_t total_sequences;
    size_t tokens; /* likewise */
    size_t total_tokens;
    int ranks;      /* that share the work about equally */
    double seconds; /* since it began */
} mpb_predict_progress;

typedef void mpb_predict_progress_fn(void *context, const mpb_predict_progress *progress);

typedef struct mpb_predict_watch {
    mpb_predict_progress_fn *tell;
    void *context;
} mpb_predict_watch;

/* How it is done; everything borrowed. */
typedef struct mpb_predict_options {
    size_t batch_size;              /* sequences that a rank computes at a time, equal on all */
    mpb_status not_finite;          /* the failure that an output which is no number is:
                                     * MPB_ERR_DATA of a model that was read, MPB_ERR_DIVERGED of
                                     * one in training */
    mpb_row_choice choice;          /* of a head of chosen rows */
    mpb_keeping keeping;            /* what lasts */
    const mpb_predict_watch *watch; /* is told how far it is; NULL: nobody is */
} mpb_predict_options;

/* On rank 0, kept (starts as {0}, the caller's to clear) = what is kept of all sequences; on other
 * ranks it stays empty. Sequences are dealt to the ranks in order of length, each is computed
 * exactly once, dropout is off. Collective. */
MPB_MUST_CHECK mpb_status mpb_predict(const mpb_comm *comm, mpb_model *model,
                                      const mpb_dataset *dataset,
                                      const mpb_predict_options *options, mpb_kept *kept);
