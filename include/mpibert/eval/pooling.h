#pragma once

/* From the logits of chunks to those of documents. Local and pure. */

#include <stddef.h>

#include "mpibert/shards/documents.h"

typedef enum mpb_pooling { MPB_POOL_MEAN, MPB_POOL_MAX, MPB_POOL_FIRST } mpb_pooling;

/* logits (sequences, num_labels) become (documents->count, num_labels), in place: the mean or the
 * largest over the chunks of a document, label by label, or those of its first chunk. */
void mpb_documents_pool(const mpb_documents *documents, mpb_pooling pooling, size_t num_labels,
                        float *logits);
