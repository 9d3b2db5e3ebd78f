#include "mpibert/shards/dataset.h"

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
    free(dataset->values);
    free(dataset->token_labels);
    free(dataset->answer_start);
    free(dataset->answer_end);
    free(dataset->char_start);
    free(dataset->char_end);
    free(dataset->question);
    mpb_questions_clear(&dataset->questions);
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

static mpb_status resize_targets(mpb_dataset *dataset, size_t capacity)
{
    const mpb_dataset_shape *shape = &dataset->shape;

    if (shape->labels) {
        RESIZE(dataset->labels, capacity);
    }
    if (shape->value_width > 0) {
        RESIZE(dataset->values, capacity * shape->value_width);
    }
    if (shape->answers) {
        RESIZE(dataset->answer_start, capacity);
        RESIZE(dataset->answer_end, capacity);
    }
    if (shape->questions) {
        RESIZE(dataset->question, capacity);
    }
    return MPB_OK;
}

static mpb_status reserve_sequences(mpb_dataset *dataset)
{
    size_t capacity = dataset->sequence_capacity == 0 ? 64 : 2 * dataset->sequence_capacity;

    if (dataset->num_sequences < dataset->sequence_capacity) {
        return MPB_OK;
    }
    RESIZE(dataset->offsets, capacity + 1);
    RESIZE(dataset->segment_b, capacity);
    RESIZE(dataset->document, capacity);
    RESIZE(dataset->chunk, capacity);
    MPB_TRY(resize_targets(dataset, capacity));
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
    if (dataset->shape.token_labels) {
        RESIZE(dataset->token_labels, capacity);
    }
    if (dataset->shape.characters) {
        RESIZE(dataset->char_start, capacity);
        RESIZE(dataset->char_end, capacity);
    }
    dataset->token_capacity = capacity;
    return MPB_OK;
}

static void put_by_token(mpb_dataset *dataset, const mpb_sequence *sequence, size_t begin)
{
    size_t count = sequence->count;

    memcpy(dataset->tokens + begin, sequence->tokens, count * sizeof(*dataset->tokens));
    if (dataset->shape.token_labels) {
        memcpy(dataset->token_labels + begin, sequence->token_labels,
               count * sizeof(*dataset->token_labels));
    }
    if (dataset->shape.characters) {
        memcpy(dataset->char_start + begin, sequence->char_start,
               count * sizeof(*dataset->char_start));
        memcpy(dataset->char_end + begin, sequence->char_end, count * sizeof(*dataset->char_end));
    }
}

static void put_targets(mpb_dataset *dataset, const mpb_sequence *sequence, size_t i)
{
    size_t width = dataset->shape.value_width;

    if (dataset->shape.labels) {
        dataset->labels[i] = sequence->label;
    }
    if (width > 0) {
        memcpy(dataset->values + i * width, sequence->values, width * sizeof(*dataset->values));
    }
    if (dataset->shape.answers) {
        dataset->answer_start[i] = sequence->answer_start;
        dataset->answer_end[i] = sequence->answer_end;
    }
}

/* The sequences of a document share its question. */
static mpb_status put_question(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    size_t i = dataset->num_sequences;

    if (!dataset->shape.questions) {
        return MPB_OK;
    }
    if (i == 0 || dataset->document[i - 1] != sequence->document) {
        MPB_TRY(mpb_questions_add(&dataset->questions, &sequence->question));
    }
    dataset->question[i] = (uint32_t)(dataset->questions.count - 1);
    return MPB_OK;
}

static mpb_status put_texts(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    size_t questions = dataset->questions.count;
    mpb_status status;

    MPB_TRY(put_question(dataset, sequence));
    status = mpb_strings_add(&dataset->ids, sequence->id, strlen(sequence->id));
    if (status != MPB_OK && dataset->shape.questions) {
        mpb_questions_shorten(&dataset->questions, questions);
    }
    return status;
}

mpb_status mpb_dataset_add(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    size_t i = dataset->num_sequences;
    size_t begin;

    MPB_TRY(reserve_sequences(dataset));
    begin = (size_t)dataset->offsets[i];
    MPB_TRY(reserve_tokens(dataset, begin + sequence->count));
    MPB_TRY(put_texts(dataset, sequence));
    put_by_token(dataset, sequence, begin);
    put_targets(dataset, sequence, i);
    dataset->offsets[i + 1] = begin + sequence->count;
    dataset->segment_b[i] = sequence->segment_b;
    dataset->document[i] = sequence->document;
    dataset->chunk[i] = sequence->chunk;
    dataset->num_sequences++;
    return MPB_OK;
}

static size_t bytes_of_a_token(const mpb_dataset *d)
{
    return sizeof(*d->tokens) + (d->shape.token_labels ? sizeof(*d->token_labels) : 0) +
           (d->shape.characters ? sizeof(*d->char_start) + sizeof(*d->char_end) : 0);
}

static size_t bytes_of_a_sequence(const mpb_dataset *d)
{
    return sizeof(*d->offsets) + sizeof(*d->segment_b) + sizeof(*d->document) + sizeof(*d->chunk) +
           (d->shape.labels ? sizeof(*d->labels) : 0) + d->shape.value_width * sizeof(*d->values) +
           (d->shape.answers ? sizeof(*d->answer_start) + sizeof(*d->answer_end) : 0) +
           (d->shape.questions ? sizeof(*d->question) : 0) + sizeof(*d->ids.items);
}

size_t mpb_dataset_longest(const mpb_dataset *dataset)
{
    size_t longest = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        size_t length = (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);

        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t mpb_dataset_bytes(const mpb_dataset *dataset)
{
    size_t bytes = dataset->num_sequences * bytes_of_a_sequence(dataset);

    if (dataset->num_sequences > 0) {
        bytes += (size_t)dataset->offsets[dataset->num_sequences] * bytes_of_a_token(dataset);
    }
    for (size_t i = 0; i < dataset->ids.count; i++) {
        bytes += strlen(dataset->ids.items[i]) + 1;
    }
    return bytes + mpb_questions_bytes(&dataset->questions);
}

mpb_sequence mpb_dataset_sequence(const mpb_dataset *dataset, size_t i)
{
    const mpb_dataset_shape *shape = &dataset->shape;
    size_t begin = (size_t)dataset->offsets[i];
    mpb_sequence sequence = {
        .tokens = dataset->tokens + begin,
        .count = (size_t)dataset->offsets[i + 1] - begin,
        .segment_b = dataset->segment_b[i],
        .document = dataset->document[i],
        .chunk = dataset->chunk[i],
        .label = shape->labels ? dataset->labels[i] : -1,
        .id = dataset->ids.items[i],
    };

    if (shape->value_width > 0) {
        sequence.values = dataset->values + i * shape->value_width;
    }
    if (shape->token_labels) {
        sequence.token_labels = dataset->token_labels + begin;
    }
    if (shape->characters) {
        sequence.char_start = dataset->char_start + begin;
        sequence.char_end = dataset->char_end + begin;
    }
    if (shape->answers) {
        sequence.answer_start = dataset->answer_start[i];
        sequence.answer_end = dataset->answer_end[i];
    }
    if (shape->questions) {
        sequence.question = mpb_questions_get(&dataset->questions, dataset->question[i]);
    }
    return sequence;
}

mpb_status mpb_dataset_select(const mpb_dataset *dataset, const size_t *indices, size_t count,
                              mpb_dataset *subset)
{
    mpb_dataset made = {.shape = dataset->shape, .num_documents = dataset->num_documents};
    mpb_status status = mpb_strings_copy(&made.label_names, &dataset->label_names);

    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        const mpb_sequence sequence = mpb_dataset_sequence(dataset, indices[i]);

        status = mpb_dataset_add(&made, &sequence);
    }
    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    *subset = made;
    return MPB_OK;
}
