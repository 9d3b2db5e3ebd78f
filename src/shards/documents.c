#include "mpibert/shards/documents.h"

#include <stdlib.h>

#include "mpibert/shards/split.h"

void mpb_documents_clear(mpb_documents *documents)
{
    free(documents->first);
    free(documents->labels);
    *documents = (mpb_documents){0};
}

size_t mpb_document_first(const mpb_documents *documents, size_t d)
{
    return documents->first != NULL ? documents->first[d] : d;
}

const char *mpb_document_id(const mpb_dataset *dataset, const mpb_documents *documents, size_t d,
                            char text[MPB_DATASET_ID])
{
    return mpb_dataset_id(dataset, mpb_document_first(documents, d), text);
}

static mpb_status new_array(size_t count, size_t size, void **array)
{
    *array = calloc(count + 1, size);
    MPB_REQUIRE(*array != NULL, MPB_ERR_SYSTEM, "no memory for %zu documents", count);
    return MPB_OK;
}

static size_t count_documents(const mpb_dataset *dataset)
{
    size_t count = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        count += mpb_dataset_begins_document(dataset, i);
    }
    return count;
}

/* Documents of one sequence each need no array. */
static mpb_status find_firsts(const mpb_dataset *dataset, mpb_documents *documents)
{
    const size_t count = dataset->num_sequences;
    size_t d = 0;

    documents->count = count_documents(dataset);
    if (documents->count == count) {
        return MPB_OK;
    }
    MPB_TRY(new_array(documents->count, sizeof(*documents->first), (void **)&documents->first));
    for (size_t i = 0; i < count; i++) {
        if (mpb_dataset_begins_document(dataset, i)) {
            documents->first[d++] = (uint32_t)i;
        }
    }
    documents->first[d] = (uint32_t)count;
    return MPB_OK;
}

static mpb_status find(const mpb_dataset *dataset, mpb_documents *documents)
{
    MPB_TRY(find_firsts(dataset, documents));
    if (dataset->labels == NULL) {
        return MPB_OK;
    }
    MPB_TRY(new_array(documents->count, sizeof(*documents->labels), (void **)&documents->labels));
    for (size_t d = 0; d < documents->count; d++) {
        documents->labels[d] = dataset->labels[mpb_document_first(documents, d)];
    }
    return MPB_OK;
}

mpb_status mpb_documents_find(const mpb_dataset *dataset, mpb_documents *documents)
{
    mpb_documents made = {0};
    mpb_status status = find(dataset, &made);

    if (status != MPB_OK) {
        mpb_documents_clear(&made);
        return status;
    }
    *documents = made;
    return MPB_OK;
}

static uint64_t number_of(const mpb_dataset *dataset, const mpb_documents *documents, size_t d)
{
    return mpb_dataset_document(dataset, mpb_document_first(documents, d));
}

static mpb_status check_numbers(const mpb_dataset *dataset, const mpb_documents *documents)
{
    for (size_t d = 0; d < documents->count; d++) {
        const uint64_t number = number_of(dataset, documents, d);

        MPB_REQUIRE(number < dataset->num_documents, MPB_ERR_DATA,
                    "document number %llu was found, the input had %llu",
                    (unsigned long long)number, (unsigned long long)dataset->num_documents);
        MPB_REQUIRE(d == 0 || number > number_of(dataset, documents, d - 1), MPB_ERR_DATA,
                    "document number %llu follows %llu, rising numbers were expected",
                    (unsigned long long)number,
                    (unsigned long long)number_of(dataset, documents, d - 1));
    }
    return MPB_OK;
}

/* Which numbers of the input there are; since those of documents rise, a document is the number of
 * those before its own. */
typedef struct found_numbers {
    uint64_t *bits;   /* owned, (numbers / 64 + 1) */
    uint32_t *before; /* owned, likewise: numbers in the words before */
} found_numbers;

static mpb_status find_numbers(const mpb_dataset *dataset, const mpb_documents *documents,
                               found_numbers *found)
{
    const size_t words = (size_t)dataset->num_documents / 64 + 1;

    MPB_TRY(new_array(words, sizeof(*found->bits), (void **)&found->bits));
    MPB_TRY(new_array(words, sizeof(*found->before), (void **)&found->before));
    for (size_t d = 0; d < documents->count; d++) {
        const uint64_t number = number_of(dataset, documents, d);

        found->bits[number / 64] |= UINT64_C(1) << number % 64;
    }
    for (size_t w = 1; w < words; w++) {
        found->before[w] =
            found->before[w - 1] + (uint32_t)__builtin_popcountll(found->bits[w - 1]);
    }
    return MPB_OK;
}

/* order (total), the numbers of the whole input, becomes that of the documents. */
static void keep_found(const found_numbers *found, size_t total, uint32_t *order)
{
    size_t count = 0;

    for (size_t i = 0; i < total; i++) {
        const uint64_t word = found->bits[order[i] / 64];
        const uint64_t bit = UINT64_C(1) << order[i] % 64;

        if ((word & bit) != 0) {
            order[count++] =
                found->before[order[i] / 64] + (uint32_t)__builtin_popcountll(word & (bit - 1));
        }
    }
}

mpb_status mpb_documents_shuffle(const mpb_dataset *dataset, const mpb_documents *documents,
                                 uint32_t seed, uint32_t **order)
{
    const size_t total = (size_t)dataset->num_documents;
    found_numbers found = {0};
    uint32_t *made = NULL;
    uint32_t *shorter;
    mpb_status status = check_numbers(dataset, documents);

    if (status == MPB_OK) {
        status = find_numbers(dataset, documents, &found);
    }
    if (status == MPB_OK) {
        status = new_array(total, sizeof(*made), (void **)&made);
    }
    if (status == MPB_OK) {
        status = mpb_shuffled_order(total, seed, made);
    }
    if (status == MPB_OK) {
        keep_found(&found, total, made);
        shorter = realloc(made, (documents->count + 1) * sizeof(*made));
        *order = shorter != NULL ? shorter : made;
    } else {
        free(made);
    }
    free(found.bits);
    free(found.before);
    return status;
}

static size_t count_sequences(const mpb_documents *documents, const uint32_t *order, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total +=
            mpb_document_first(documents, order[i] + 1) - mpb_document_first(documents, order[i]);
    }
    return total;
}

mpb_status mpb_documents_select(const mpb_dataset *dataset, const mpb_documents *documents,
                                const uint32_t *order, size_t count, mpb_dataset *subset)
{
    size_t total = count_sequences(documents, order, count);
    uint32_t *indices = NULL;
    size_t at = 0;
    mpb_status status;

    if (documents->first == NULL) {
        return mpb_dataset_select(dataset, order, count, subset);
    }
    MPB_TRY(new_array(total, sizeof(*indices), (void **)&indices));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = documents->first[order[i]]; j < documents->first[order[i] + 1]; j++) {
            indices[at++] = (uint32_t)j;
        }
    }
    status = mpb_dataset_select(dataset, indices, total, subset);
    free(indices);
    return status;
}
