/* A dataset grows by a sequence. */

#include <stdlib.h>
#include <string.h>

#include "mpibert/shards/dataset.h"
#include "token_window.h"

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

/* Whether arrays by token are in memory, besides the tokens or with them. */
static bool needs_offsets(const mpb_dataset *d)
{
    return d->source == NULL || d->shape.token_labels || d->shape.characters;
}

/* With tokens on disk, arrays without a surprise are not there. */
static mpb_status resize_facts(mpb_dataset *dataset, size_t capacity)
{
    if (dataset->source == NULL) {
        RESIZE(dataset->document, capacity);
        RESIZE(dataset->chunk, capacity);
    }
    if (needs_offsets(dataset)) {
        RESIZE(dataset->offsets, capacity + 1);
        dataset->offsets[0] = 0;
    }
    if (dataset->source == NULL || dataset->segment_b != NULL) {
        RESIZE(dataset->segment_b, capacity);
    }
    if (dataset->numbers != NULL) {
        RESIZE(dataset->numbers, capacity);
    }
    return MPB_OK;
}

static mpb_status reserve_sequences(mpb_dataset *dataset)
{
    size_t capacity = dataset->sequence_capacity == 0 ? 64 : 2 * dataset->sequence_capacity;

    if (dataset->num_sequences < dataset->sequence_capacity) {
        return MPB_OK;
    }
    if (dataset->source != NULL && dataset->window == NULL) {
        MPB_TRY(token_window_create(dataset->source, &dataset->window));
    }
    MPB_TRY(resize_facts(dataset, capacity));
    MPB_TRY(resize_targets(dataset, capacity));
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
    if (dataset->source == NULL) {
        RESIZE(dataset->tokens, capacity);
    }
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

    if (dataset->source == NULL) {
        memcpy(dataset->tokens + begin, sequence->tokens, count * sizeof(*dataset->tokens));
    }
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
    if (i == 0 || mpb_dataset_document(dataset, i - 1) != sequence->document) {
        MPB_TRY(mpb_questions_add(&dataset->questions, &sequence->question));
    }
    dataset->question[i] = (uint32_t)(dataset->questions.count - 1);
    return MPB_OK;
}

static mpb_status put_texts(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    size_t questions = dataset->questions.count;
    mpb_status status = MPB_OK;

    MPB_TRY(put_question(dataset, sequence));
    if (dataset->source == NULL) {
        status = mpb_strings_add(&dataset->ids, sequence->id, strlen(sequence->id));
    }
    if (status != MPB_OK && dataset->shape.questions) {
        mpb_questions_shorten(&dataset->questions, questions);
    }
    return status;
}

/* Makes an array for a value that is a surprise; the sequences before it have none. */
static mpb_status surprise(mpb_dataset *dataset, uint32_t **array,
                           uint32_t (*usual)(const mpb_dataset *, size_t))
{
    uint32_t *made = NULL;

    RESIZE(made, dataset->sequence_capacity);
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        made[i] = usual(dataset, i);
    }
    *array = made;
    return MPB_OK;
}

static uint32_t own_place(const mpb_dataset *dataset, size_t i)
{
    (void)dataset;
    return (uint32_t)i;
}

static mpb_status make_surprises(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    if (dataset->numbers == NULL && sequence->number != dataset->num_sequences) {
        MPB_TRY(surprise(dataset, &dataset->numbers, own_place));
    }
    if (dataset->segment_b == NULL && sequence->segment_b < sequence->count) {
        MPB_TRY(surprise(dataset, &dataset->segment_b, mpb_dataset_segment_b));
    }
    return MPB_OK;
}

static void put_facts(mpb_dataset *dataset, const mpb_sequence *sequence, size_t i)
{
    if (dataset->segment_b != NULL) {
        dataset->segment_b[i] = sequence->segment_b;
    }
    if (dataset->source == NULL) {
        dataset->document[i] = sequence->document;
        dataset->chunk[i] = sequence->chunk;
    }
    if (dataset->numbers != NULL) {
        dataset->numbers[i] = sequence->number;
    }
}

mpb_status mpb_dataset_add(mpb_dataset *dataset, const mpb_sequence *sequence)
{
    size_t i = dataset->num_sequences;
    size_t begin = 0;

    MPB_TRY(reserve_sequences(dataset));
    if (needs_offsets(dataset)) {
        begin = (size_t)dataset->offsets[i];
        MPB_TRY(reserve_tokens(dataset, begin + sequence->count));
        dataset->offsets[i + 1] = begin + sequence->count;
    }
    if (dataset->source != NULL) {
        MPB_TRY(make_surprises(dataset, sequence));
    }
    MPB_TRY(put_texts(dataset, sequence));
    put_by_token(dataset, sequence, begin);
    put_targets(dataset, sequence, i);
    put_facts(dataset, sequence, i);
    dataset->num_tokens_on_disk += dataset->source != NULL ? sequence->count : 0;
    dataset->num_sequences++;
    return MPB_OK;
}
