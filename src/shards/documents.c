#include "mpibert/shards/documents.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/shards/split.h"

void mpb_documents_clear(mpb_documents *documents)
{
    free(documents->first);
    free(documents->numbers);
    free(documents->labels);
    mpb_strings_clear(&documents->ids);
    *documents = (mpb_documents){0};
}

static mpb_status new_array(size_t count, size_t size, void **array)
{
    *array = calloc(count + 1, size);
    MPB_REQUIRE(*array != NULL, MPB_ERR_SYSTEM, "no memory for %zu documents", count);
    return MPB_OK;
}

static mpb_status allocate(const mpb_dataset *dataset, mpb_documents *documents)
{
    size_t count = dataset->num_sequences;

    MPB_TRY(new_array(count, sizeof(*documents->first), (void **)&documents->first));
    MPB_TRY(new_array(count, sizeof(*documents->numbers), (void **)&documents->numbers));
    if (dataset->labels != NULL) {
        MPB_TRY(new_array(count, sizeof(*documents->labels), (void **)&documents->labels));
    }
    return MPB_OK;
}

static mpb_status add_document(const mpb_dataset *dataset, size_t sequence,
                               mpb_documents *documents)
{
    const char *id = dataset->ids.items[sequence];
    size_t d = documents->count++;

    documents->first[d] = sequence;
    documents->numbers[d] = dataset->document[sequence];
    if (documents->labels != NULL) {
        documents->labels[d] = dataset->labels[sequence];
    }
    return mpb_strings_add(&documents->ids, id, strlen(id));
}

static mpb_status find(const mpb_dataset *dataset, mpb_documents *documents)
{
    MPB_TRY(allocate(dataset, documents));
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        if (i == 0 || dataset->document[i] != dataset->document[i - 1]) {
            MPB_TRY(add_document(dataset, i, documents));
        }
    }
    documents->first[documents->count] = dataset->num_sequences;
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

/* place[number] = 1 + the document of that number; 0 where there is none. */
static mpb_status collect(const mpb_documents *documents, size_t total, size_t *source,
                          size_t *place, uint32_t seed, size_t *order)
{
    size_t found = 0;

    MPB_TRY(mpb_shuffled_order(total, seed, source));
    for (size_t d = 0; d < documents->count; d++) {
        MPB_REQUIRE(documents->numbers[d] < total, MPB_ERR_DATA,
                    "document number %llu was found, the input had %zu",
                    (unsigned long long)documents->numbers[d], total);
        place[documents->numbers[d]] = d + 1;
    }
    for (size_t i = 0; i < total; i++) {
        if (place[source[i]] > 0) {
            order[found++] = place[source[i]] - 1;
        }
    }
    MPB_REQUIRE(found == documents->count, MPB_ERR_DATA,
                "%zu documents have %zu different numbers, one each was expected", documents->count,
                found);
    return MPB_OK;
}

mpb_status mpb_documents_shuffle(const mpb_documents *documents, uint64_t num_source_documents,
                                 uint32_t seed, size_t *order)
{
    size_t total = (size_t)num_source_documents;
    size_t *source = NULL;
    size_t *place = NULL;
    mpb_status status = new_array(total, sizeof(*source), (void **)&source);

    if (status == MPB_OK) {
        status = new_array(total, sizeof(*place), (void **)&place);
    }
    if (status == MPB_OK) {
        status = collect(documents, total, source, place, seed, order);
    }
    free(source);
    free(place);
    return status;
}

static size_t count_sequences(const mpb_documents *documents, const size_t *order, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += documents->first[order[i] + 1] - documents->first[order[i]];
    }
    return total;
}

mpb_status mpb_documents_select(const mpb_dataset *dataset, const mpb_documents *documents,
                                const size_t *order, size_t count, mpb_dataset *subset)
{
    size_t total = count_sequences(documents, order, count);
    size_t *indices = NULL;
    size_t at = 0;
    mpb_status status;

    MPB_TRY(new_array(total, sizeof(*indices), (void **)&indices));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = documents->first[order[i]]; j < documents->first[order[i] + 1]; j++) {
            indices[at++] = j;
        }
    }
    status = mpb_dataset_select(dataset, indices, total, subset);
    free(indices);
    return status;
}
