#include "mpibert/shards/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "token_window.h"

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
    token_window_destroy(&dataset->window);
    free(dataset->numbers);
    mpb_token_source_release(&dataset->source);
    mpb_sequence_rows_clear(&dataset->encoded);
    mpb_sequence_rows_clear(&dataset->taught);
    *dataset = (mpb_dataset){0};
}

static size_t bytes_of_rows(const mpb_dataset *d)
{
    return mpb_sequence_rows_bytes(&d->encoded) + mpb_sequence_rows_bytes(&d->taught);
}

static size_t bytes_of_a_token(const mpb_dataset *d)
{
    return (d->tokens != NULL ? sizeof(*d->tokens) : 0) +
           (d->shape.token_labels ? sizeof(*d->token_labels) : 0) +
           (d->shape.characters ? sizeof(*d->char_start) + sizeof(*d->char_end) : 0);
}

static size_t bytes_of_targets(const mpb_dataset *d)
{
    return (d->shape.labels ? sizeof(*d->labels) : 0) + d->shape.value_width * sizeof(*d->values) +
           (d->shape.answers ? sizeof(*d->answer_start) + sizeof(*d->answer_end) : 0) +
           (d->shape.questions ? sizeof(*d->question) : 0);
}

static size_t bytes_of_a_sequence(const mpb_dataset *d)
{
    return bytes_of_targets(d) + (d->offsets != NULL ? sizeof(*d->offsets) : 0) +
           (d->segment_b != NULL ? sizeof(*d->segment_b) : 0) +
           (d->source == NULL ? sizeof(*d->document) + sizeof(*d->chunk) : 0) +
           (d->numbers != NULL ? sizeof(*d->numbers) : 0) +
           (d->ids.count > 0 ? sizeof(*d->ids.items) : 0);
}

/* Of a source that is shared, by sequences. */
static size_t bytes_of_source(const mpb_dataset *d)
{
    const size_t all = d->source == NULL ? 0 : mpb_token_source_count(d->source);

    return all == 0 ? 0
                    : (size_t)((double)mpb_token_source_bytes(d->source) *
                               (double)d->num_sequences / (double)all);
}

size_t mpb_dataset_longest(const mpb_dataset *dataset)
{
    size_t longest = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        size_t length = mpb_dataset_length(dataset, i);

        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t mpb_dataset_bytes(const mpb_dataset *dataset)
{
    size_t bytes = dataset->num_sequences * bytes_of_a_sequence(dataset);

    bytes += (size_t)mpb_dataset_num_tokens(dataset) * bytes_of_a_token(dataset);
    for (size_t i = 0; i < dataset->ids.count; i++) {
        bytes += strlen(dataset->ids.items[i]) + 1;
    }
    return bytes + mpb_questions_bytes(&dataset->questions) + bytes_of_source(dataset) +
           bytes_of_rows(dataset);
}

static bool has_second_text(const mpb_dataset *dataset)
{
    size_t i = 0;

    while (i < dataset->num_sequences &&
           mpb_dataset_segment_b(dataset, i) >= mpb_dataset_length(dataset, i)) {
        i++;
    }
    return i < dataset->num_sequences;
}

size_t mpb_dataset_bytes_on_disk(const mpb_dataset *dataset)
{
    const size_t per_token =
        bytes_of_a_token(dataset) - (dataset->tokens != NULL ? sizeof(*dataset->tokens) : 0);
    const size_t per_sequence = bytes_of_targets(dataset) + MPB_TOKEN_SOURCE_BYTES +
                                sizeof(*dataset->numbers) +
                                (per_token > 0 ? sizeof(*dataset->offsets) : 0) +
                                (has_second_text(dataset) ? sizeof(*dataset->segment_b) : 0);

    return dataset->num_sequences * per_sequence +
           (size_t)mpb_dataset_num_tokens(dataset) * per_token +
           mpb_questions_bytes(&dataset->questions) + bytes_of_rows(dataset);
}

mpb_sequence mpb_dataset_sequence(const mpb_dataset *dataset, size_t i)
{
    const mpb_dataset_shape *shape = &dataset->shape;
    size_t begin = dataset->offsets == NULL ? 0 : (size_t)dataset->offsets[i];
    mpb_sequence sequence = {
        .tokens = dataset->tokens == NULL ? NULL : dataset->tokens + begin,
        .count = mpb_dataset_length(dataset, i),
        .segment_b = mpb_dataset_segment_b(dataset, i),
        .document = mpb_dataset_document(dataset, i),
        .chunk = dataset->chunk == NULL ? 0 : dataset->chunk[i],
        .label = shape->labels ? dataset->labels[i] : -1,
        .id = i < dataset->ids.count ? dataset->ids.items[i] : NULL,
        .number = mpb_dataset_number(dataset, i),
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

mpb_status mpb_dataset_select(const mpb_dataset *dataset, const uint32_t *indices, size_t count,
                              mpb_dataset *subset)
{
    mpb_dataset made = {.shape = dataset->shape,
                        .num_documents = dataset->num_documents,
                        .source = mpb_token_source_share(dataset->source)};
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
