/* From the logits of chunks to those of documents. */

#include "mpibert/eval/pooling.h"

#include "check.h"

enum { NUM_LABELS = 2, NUM_CHUNKS = 6 };

/* Documents of 1, 3 and 2 chunks; halves and sums of them are exact in binary. */
static const float CHUNKS[NUM_CHUNKS * NUM_LABELS] = {1.0f, -1.0f, 2.0f, 0.5f,  -4.0f, 8.0f,
                                                      5.0f, -7.0f, 3.0f, -2.0f, -1.0f, -6.0f};

static void check_pooled(mpb_pooling pooling, const float want[3 * NUM_LABELS])
{
    uint32_t first[4] = {0, 1, 4, 6};
    const mpb_documents documents = {.count = 3, .first = first};
    float logits[NUM_CHUNKS * NUM_LABELS];

    memcpy(logits, CHUNKS, sizeof(logits));
    mpb_documents_pool(&documents, pooling, NUM_LABELS, logits);
    CHECK(memcmp(logits, want, 3 * NUM_LABELS * sizeof(*want)) == 0);
}

static void the_mean_is_that_of_each_label(void)
{
    check_pooled(MPB_POOL_MEAN, (const float[]){1.0f, -1.0f, 1.0f, 0.5f, 1.0f, -4.0f});
}

/* Of each label alone: no chunk has both. Negative ones count, too. */
static void the_largest_is_that_of_each_label(void)
{
    check_pooled(MPB_POOL_MAX, (const float[]){1.0f, -1.0f, 5.0f, 8.0f, 3.0f, -2.0f});
}

static void the_first_chunk_can_speak_for_the_document(void)
{
    check_pooled(MPB_POOL_FIRST, (const float[]){1.0f, -1.0f, 2.0f, 0.5f, 3.0f, -2.0f});
}

/* A float sum would lose the ones beside 2^25: (2^25 + 4) / 4 = 2^23 + 1. */
static void the_mean_is_summed_in_double_precision(void)
{
    uint32_t first[2] = {0, 4};
    const mpb_documents documents = {.count = 1, .first = first};
    float logits[4] = {33554432.0f, 1.0f, 1.0f, 2.0f};

    mpb_documents_pool(&documents, MPB_POOL_MEAN, 1, logits);
    CHECK(logits[0] == 8388609.0f);
}

int main(void)
{
    the_mean_is_that_of_each_label();
    the_largest_is_that_of_each_label();
    the_first_chunk_can_speak_for_the_document();
    the_mean_is_summed_in_double_precision();
    return 0;
}
