#pragma once

/* The documents of a dataset: the input examples whose chunks are its sequences. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"

typedef struct mpb_documents {
    size_t count;
    size_t *first;     /* owned, (count + 1): document d is sequences [first[d], first[d + 1]) */
    uint64_t *numbers; /* owned, (count): their numbers in the input */
    int32_t *labels;   /* owned, (count); NULL where the dataset has none */
    mpb_strings ids;   /* (count) */
} mpb_documents;

/* Sequences of one document stand side by side. `documents` is {0} before, and on failure. */
MPB_MUST_CHECK mpb_status mpb_documents_find(const mpb_dataset *dataset, mpb_documents *documents);
void mpb_documents_clear(mpb_documents *documents);

/* order (count) = the documents in the order in which NumPy's RandomState(seed).shuffle puts the
 * examples of the whole input, of which these are some or all. */
MPB_MUST_CHECK mpb_status mpb_documents_shuffle(const mpb_documents *documents,
                                                uint64_t num_source_documents, uint32_t seed,
                                                size_t *order);

/* `subset` (starts as {0}) = the sequences of the documents order[0, count), in that order. */
MPB_MUST_CHECK mpb_status mpb_documents_select(const mpb_dataset *dataset,
                                               const mpb_documents *documents, const size_t *order,
                                               size_t count, mpb_dataset *subset);
