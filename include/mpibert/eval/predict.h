#pragma once

/* The logits of every sequence of a dataset, computed by all ranks together. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/model/model.h"

/* Largest tokens of one of this rank's evaluation batches of up to `batch_size` sequences: what
 * the model must have room for. Local and pure. */
size_t mpb_predict_max_tokens(const mpb_dataset *dataset, size_t batch_size);

/* Bytes that mpb_predict_logits takes for a while, besides the model. Local and pure. */
size_t mpb_predict_bytes(const mpb_dataset *dataset, size_t batch_size, size_t num_labels);

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

/* logits (num_sequences, num_labels), on all ranks, in the dataset's order. Sequences are dealt to
 * the ranks in order of length, each is computed exactly once, dropout is off.
 * `batch_size` must be the same on all ranks. A logit that is not finite is the failure
 * `not_finite`: MPB_ERR_DATA of a model that was read, MPB_ERR_DIVERGED of one in training. `watch`
 * is told how far it is; NULL: nobody is. Collective. */
MPB_MUST_CHECK mpb_status mpb_predict_logits(const mpb_comm *comm, mpb_model *model,
                                             const mpb_dataset *dataset, size_t batch_size,
                                             mpb_status not_finite, const mpb_predict_watch *watch,
                                             float *logits);
