#pragma once

/* The documents of a dataset: the input examples whose chunks are its sequences. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"

typedef struct mpb_documents {
    size_t count;
    uint32_t *first; /* owned, (count + 1): see mpb_document_first; NULL: each is one sequence */
    int32_t *labels; /* owned, (count); NULL where the dataset has none */
} mpb_documents;

/* Document d is sequences [mpb_document_first(d), mpb_document_first(d + 1)); d <= count. */
size_t mpb_document_first(const mpb_documents *documents, size_t d);

/* Sequences of one document stand side by side. `documents` is {0} before, and on failure. */
MPB_MUST_CHECK mpb_status mpb_documents_find(const mpb_dataset *dataset, mpb_documents *documents);
void mpb_documents_clear(mpb_documents *documents);

/* The id of document d of `dataset`; `text` may be its memory. */
const char *mpb_document_id(const mpb_dataset *dataset, const mpb_documents *documents, size_t d,
                            char text[MPB_DATASET_ID]);

/* *order (owned by the caller, (count)) = the documents of `dataset` in the order in which NumPy's
 * RandomState(seed).shuffle puts the examples of the whole input, of which these are some or all. */
MPB_MUST_CHECK mpb_status mpb_documents_shuffle(const mpb_dataset *dataset,
                                                const mpb_documents *documents, uint32_t seed,
                                                uint32_t **order);

/* `subset` (starts as {0}) = the sequences of the documents order[0, count), in that order. */
MPB_MUST_CHECK mpb_status mpb_documents_select(const mpb_dataset *dataset,
                                               const mpb_documents *documents,
                                               const uint32_t *order, size_t count,
                                               mpb_dataset *subset);
