#pragma once

/* Which sequences of a dataset a rank evaluates. The longest come first, so that a batch of neighbours
 * costs little more than its tokens and batches of neighbours cost about the same; of every `ranks`
 * consecutive batches a rank takes the one at its rank. A batch is named by the place of its first
 * sequence in that order. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"

typedef struct sized_sequence {
    size_t length; /* tokens */
    size_t index;  /* in the dataset */
} sized_sequence;

typedef struct evaluation_deal {
    sized_sequence *order; /* owned, (num_sequences) */
    size_t num_sequences;
    size_t batch_size;
    size_t ranks;
} evaluation_deal;

MPB_MUST_CHECK mpb_status evaluation_deal_create(const mpb_dataset *dataset, size_t batch_size,
                                                 int ranks, evaluation_deal *deal);
void evaluation_deal_destroy(evaluation_deal *deal);

/* A rank's first batch and the one behind its batch at `first`; num_sequences or more: there is none. */
size_t evaluation_deal_first(const evaluation_deal *deal, int rank);
size_t evaluation_deal_next(const evaluation_deal *deal, size_t first);

/* Of the batch at `first`; there is none: 0. */
size_t evaluation_deal_sequences(const evaluation_deal *deal, size_t first);
size_t evaluation_deal_tokens(const evaluation_deal *deal, size_t first);
