/* What a dataset tells of its sequences, wherever their tokens are. */

#include <string.h>

#include "mpibert/shards/dataset.h"
#include "token_window.h"

uint32_t mpb_dataset_number(const mpb_dataset *dataset, size_t i)
{
    return dataset->numbers != NULL ? dataset->numbers[i] : (uint32_t)i;
}

size_t mpb_dataset_length(const mpb_dataset *dataset, size_t i)
{
    return dataset->source != NULL
               ? mpb_token_source_length(dataset->source, mpb_dataset_number(dataset, i))
               : (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);
}

uint64_t mpb_dataset_num_tokens(const mpb_dataset *dataset)
{
    if (dataset->source != NULL || dataset->num_sequences == 0) {
        return dataset->num_tokens_on_disk;
    }
    return dataset->offsets[dataset->num_sequences];
}

uint32_t mpb_dataset_segment_b(const mpb_dataset *dataset, size_t i)
{
    return dataset->segment_b != NULL ? dataset->segment_b[i]
                                      : (uint32_t)mpb_dataset_length(dataset, i);
}

uint64_t mpb_dataset_document(const mpb_dataset *dataset, size_t i)
{
    return dataset->source != NULL
               ? mpb_token_source_document(dataset->source, mpb_dataset_number(dataset, i))
               : dataset->document[i];
}

bool mpb_dataset_begins_document(const mpb_dataset *dataset, size_t i)
{
    return i == 0 || mpb_dataset_document(dataset, i) != mpb_dataset_document(dataset, i - 1);
}

const char *mpb_dataset_id(const mpb_dataset *dataset, size_t i, char text[MPB_DATASET_ID])
{
    if (dataset->source != NULL) {
        mpb_token_source_id(dataset->source, mpb_dataset_number(dataset, i), text, MPB_DATASET_ID);
        return text;
    }
    return i < dataset->ids.count ? dataset->ids.items[i] : "?";
}

const uint32_t *mpb_dataset_tokens(const mpb_dataset *dataset, size_t i)
{
    return dataset->source != NULL
               ? token_window_find(dataset->window, mpb_dataset_number(dataset, i))
               : dataset->tokens + dataset->offsets[i];
}

mpb_status mpb_dataset_ask(const mpb_dataset *dataset, const size_t *indices, size_t count)
{
    for (size_t i = 0; dataset->source != NULL && i < count; i++) {
        MPB_TRY(token_window_ask(dataset->window, mpb_dataset_number(dataset, indices[i])));
    }
    return MPB_OK;
}

mpb_status mpb_dataset_fetch(const mpb_dataset *dataset)
{
    return dataset->window == NULL ? MPB_OK : token_window_fetch(dataset->window);
}

void mpb_dataset_turn(const mpb_dataset *dataset)
{
    if (dataset->window != NULL) {
        token_window_turn(dataset->window);
    }
}

mpb_status mpb_dataset_bring(const mpb_dataset *dataset, const size_t *indices, size_t count)
{
    MPB_TRY(mpb_dataset_ask(dataset, indices, count));
    MPB_TRY(mpb_dataset_fetch(dataset));
    mpb_dataset_turn(dataset);
    return MPB_OK;
}

void mpb_dataset_expect(const mpb_dataset *dataset, const size_t *indices, size_t count)
{
    for (size_t i = 0; dataset->source != NULL && i < count; i++) {
        mpb_token_source_expect(dataset->source, mpb_dataset_number(dataset, indices[i]));
    }
}

static void hash_sequences(const mpb_dataset *dataset, mpb_sha256 *hash)
{
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        const size_t length = mpb_dataset_length(dataset, i);
        const uint64_t document = mpb_dataset_document(dataset, i);
        const uint32_t facts[] = {
            (uint32_t)length,
            dataset->source != NULL
                ? mpb_token_source_check(dataset->source, mpb_dataset_number(dataset, i))
                : mpb_tokens_check(mpb_dataset_tokens(dataset, i), length),
            mpb_dataset_segment_b(dataset, i),
            (uint32_t)document,
            (uint32_t)(document >> 32),
        };

        mpb_sha256_update(hash, facts, sizeof(facts));
    }
}

/* An array that the dataset does not have is NULL. */
static void hash_array(mpb_sha256 *hash, const void *array, size_t bytes)
{
    if (array != NULL) {
        mpb_sha256_update(hash, array, bytes);
    }
}

mpb_status mpb_dataset_digest(const mpb_dataset *dataset, char digest[MPB_SHA256_TEXT])
{
    const size_t count = dataset->num_sequences;
    const size_t num_tokens = (size_t)mpb_dataset_num_tokens(dataset);
    const mpb_dataset *d = dataset;
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    mpb_sha256_update(hash, &count, sizeof(count));
    hash_sequences(dataset, hash);
    hash_array(hash, d->labels, count * sizeof(*d->labels));
    hash_array(hash, d->values, count * d->shape.value_width * sizeof(*d->values));
    hash_array(hash, d->token_labels, num_tokens * sizeof(*d->token_labels));
    hash_array(hash, d->answer_start, count * sizeof(*d->answer_start));
    hash_array(hash, d->answer_end, count * sizeof(*d->answer_end));
    mpb_sha256_finish(hash, digest);
    mpb_sha256_destroy(&hash);
    return MPB_OK;
}
