#include "mpibert/eval/pooling.h"

#include <string.h>

static float pool_label(const float *chunks, size_t count, size_t num_labels, mpb_pooling pooling)
{
    float largest = chunks[0];
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        float logit = chunks[i * num_labels];

        sum += (double)logit;
        largest = logit > largest ? logit : largest;
    }
    return pooling == MPB_POOL_MAX ? largest : (float)(sum / (double)count);
}

/* A document never stands before its first chunk, so what is still to be read is not overwritten.
 */
void mpb_documents_pool(const mpb_documents *documents, mpb_pooling pooling, size_t num_labels,
                        float *logits)
{
    for (size_t d = 0; d < documents->count; d++) {
        const float *chunks = logits + mpb_document_first(documents, d) * num_labels;
        size_t count = mpb_document_first(documents, d + 1) - mpb_document_first(documents, d);
        float *pooled = logits + d * num_labels;

        if (pooling == MPB_POOL_FIRST || count == 1) {
            memmove(pooled, chunks, num_labels * sizeof(*pooled));
            continue;
        }
        for (size_t j = 0; j < num_labels; j++) {
            pooled[j] = pool_label(chunks + j, count, num_labels, pooling);
        }
    }
}
