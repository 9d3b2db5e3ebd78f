#include "mpibert/data/dataset.h"

#include <stdlib.h>
#include <string.h>

void mpb_dataset_clear(mpb_dataset *dataset)
{
    free(dataset->tokens);
    free(dataset->offsets);
    free(dataset->segment_b);
    free(dataset->document);
    free(dataset->chunk);
    free(dataset->labels);
    mpb_strings_clear(&dataset->ids);
    mpb_strings_clear(&dataset->label_names);
    *dataset = (mpb_dataset){0};
}

/* realloc that leaves *array as it was on failure. */
static mpb_status resize(void **array, size_t count, size_t size)
{
    void *made = count > SIZE_MAX / size ? NULL : realloc(*array, count * size);

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for %zu numbers of a data set", count);
    *array = made;
    return MPB_OK;
}

/* An array grows through a copy of its pointer, which keeps its type. */
#define RESIZE(array, count)                                                                       \
    do {                                                                                           \
        void *resized_ = (array);                                                                  \
        MPB_TRY(resize(&resized_, (count), sizeof(*(array))));                                     \
        (array) = resized_;                                                                        \
    } while (0)

static mpb_status reserve_sequences(mpb_dataset *dataset, bool labelled)
{
    size_t capacity = dataset->sequence_capacity == 0 ? 64 : 2 * dataset->sequence_capacity;

    if (dataset->num_sequences < dataset->sequence_capacity) {
        return MPB_OK;
    }
    RESIZE(dataset->offsets, capacity + 1);
    RESIZE(dataset->segment_b, capacity);
    RESIZE(dataset->document, capacity);
    RESIZE(dataset->chunk, capacity);
    if (labelled) {
        RESIZE(dataset->labels, capacity);
    }
    if (dataset->sequence_capacity == 0) {
        dataset->offsets[0] = 0;
    }
    dataset->sequence_capacity = capacity;
    return MPB_OK;
}

static mpb_status reserve_tokens(mpb_dataset *dataset, size_t needed)
{
    size_t capacity = 2 * dataset->token_capacity;

    if (needed <= dataset->token_capacity) {
        return MPB_OK;
    }
    capacity = capacity > needed ? capacity : needed;
    RESIZE(dataset->tokens, capacity);
    dataset->token_capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_dataset_add(mpb_dataset *dataset, const mpb_sequence *sequence, bool labelled)
{
    size_t i = dataset->num_sequences;
    size_t begin;

    MPB_TRY(reserve_sequences(dataset, labelled));
    begin = (size_t)dataset->offsets[i];
    MPB_TRY(reserve_tokens(dataset, begin + sequence->count));
    MPB_TRY(mpb_strings_add(&dataset->ids, sequence->id, strlen(sequence->id)));
    memcpy(dataset->tokens + begin, sequence->tokens, sequence->count * sizeof(*dataset->tokens));
    dataset->offsets[i + 1] = begin + sequence->count;
    dataset->segment_b[i] = sequence->segment_b;
    dataset->document[i] = sequence->document;
    dataset->chunk[i] = sequence->chunk;
    if (labelled) {
        dataset->labels[i] = sequence->label;
    }
    dataset->num_sequences++;
    return MPB_OK;
}

static mpb_status add_selected(const mpb_dataset *from, size_t i, mpb_dataset *to)
{
    size_t begin = (size_t)from->offsets[i];

    return mpb_dataset_add(to,
                           &(mpb_sequence){
                               .tokens = from->tokens + begin,
                               .count = (size_t)from->offsets[i + 1] - begin,
                               .segment_b = from->segment_b[i],
                               .document = from->document[i],
                               .chunk = from->chunk[i],
                               .label = from->labels == NULL ? -1 : from->labels[i],
                               .id = from->ids.items[i],
                           },
                           from->labels != NULL);
}

mpb_status mpb_dataset_select(const mpb_dataset *dataset, const size_t *indices, size_t count,
                              mpb_dataset *subset)
{
    mpb_dataset made = {0};
    mpb_status status = mpb_strings_copy(&made.label_names, &dataset->label_names);

    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        status = add_selected(dataset, indices[i], &made);
    }
    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    *subset = made;
    return MPB_OK;
}
