#include <stdlib.h>
#include <string.h>

#include "encoder_internal.h"
#include "mpibert/records/label_names.h"

enum { SPECIAL_SINGLE = 2, SPECIAL_PAIR = 3 }; /* [CLS] and the [SEP]s */

/* Bytes of the first `max_chars` code points of a valid text. */
static size_t cut_length(const char *text, size_t size, size_t max_chars)
{
    size_t seen = 0;

    for (size_t i = 0; i < size; i++) {
        bool starts = ((unsigned char)text[i] & 0xC0) != 0x80;

        if (starts && seen++ == max_chars) {
            return i;
        }
    }
    return size;
}

static mpb_status clean(const mpb_encode_options *options, const char *text, size_t size,
                        mpb_buffer *scratch, mpb_cleaned *cleaned)
{
    const mpb_noise *noise = &options->noise;

    *cleaned = (mpb_cleaned){text, size};
    if (text != NULL && (noise->headers || noise->footers || noise->quotes)) {
        mpb_buffer_reset(scratch);
        MPB_TRY(mpb_noise_remove(*noise, text, size, scratch));
        *cleaned = (mpb_cleaned){scratch->data, scratch->size};
    }
    if (options->max_chars > 0) {
        cleaned->size = cut_length(cleaned->text, cleaned->size, options->max_chars);
    }
    return MPB_OK;
}

mpb_status mpb_encoder_clean(mpb_encoder *encoder, const mpb_record *record, mpb_cleaned *a,
                             mpb_cleaned *b)
{
    MPB_TRY(clean(&encoder->options, record->text, record->size, &encoder->cleaned_a, a));
    return clean(&encoder->options, record->text_b, record->size_b, &encoder->cleaned_b, b);
}

/* Targets of the whole example; its chunks share them. Labels were checked when they were read. */
static void set_values(mpb_encoder *encoder, const mpb_record *record)
{
    const mpb_strings *names = encoder->options.label_names;

    if (mpb_task_data_of(encoder->options.task)->labels == MPB_LABELS_SCORE) {
        for (size_t i = 0; i < record->num_labels; i++) {
            encoder->values[i] = strtof(record->labels[i], NULL);
        }
        return;
    }
    memset(encoder->values, 0, names->count * sizeof(*encoder->values));
    for (size_t i = 0; i < record->num_labels; i++) {
        encoder->values[mpb_label_find(names, record->labels[i])] = 1.0f;
    }
}

static mpb_status add_draft(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                            uint32_t chunk, mpb_dataset *dataset)
{
    mpb_sequence sequence = mpb_draft_sequence(encoder, record, document, chunk);

    if (dataset->shape.questions) {
        sequence.question = mpb_reference_question(&encoder->reference);
    }
    if (dataset->shape.labels && record->num_labels > 0) {
        sequence.label = mpb_label_find(encoder->options.label_names, record->labels[0]);
    }
    return mpb_dataset_add(dataset, &sequence);
}

static void lay_out(mpb_encoder *encoder, size_t from_a, size_t to_a, bool has_b, size_t from_b,
                    size_t to_b)
{
    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, from_a, to_a);
    mpb_draft_separate(encoder);
    if (has_b) {
        uint32_t segment_b = encoder->draft.segment_b;

        mpb_draft_put(encoder, &encoder->b, from_b, to_b);
        mpb_draft_separate(encoder);
        encoder->draft.segment_b = segment_b;
    }
}

static mpb_status add_truncated(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                                bool has_b, mpb_dataset *dataset, mpb_kept_tokens *kept)
{
    size_t keep_a = 0;
    size_t keep_b = 0;

    mpb_truncate_longest_first(encoder->a.count, encoder->b.count, has_b,
                               encoder->options.max_seq_length, &keep_a, &keep_b);
    keep_b = has_b ? keep_b : 0;
    lay_out(encoder, 0, keep_a, has_b, 0, keep_b);
    MPB_TRY(add_draft(encoder, record, document, 0, dataset));
    mpb_encoder_count(encoder, encoder->a.count + encoder->b.count, keep_a + keep_b, 1);
    *kept = (mpb_kept_tokens){keep_a, keep_b};
    return MPB_OK;
}

/* Tokens of the first text of a pair that stay before each chunk of the second one: what a second
 * text that fits leaves, otherwise at most half of the room, and less where chunks would not
 * advance beside it. */
static size_t first_text_room(const mpb_encoder *encoder, size_t room)
{
    const mpb_encode_options *options = &encoder->options;
    size_t shared = options->stride_is_step ? 0 : options->stride;
    size_t limit = room / 2 < room - shared - 1 ? room / 2 : room - shared - 1;
    size_t left = encoder->b.count < room ? room - encoder->b.count : 0;

    return left > limit ? left : limit;
}

/* Chunks of a single text, or of the second text of a pair behind the first one. */
static mpb_status add_chunks(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                             bool has_b, mpb_dataset *dataset, mpb_kept_tokens *kept)
{
    size_t room = encoder->options.max_seq_length - (has_b ? SPECIAL_PAIR : SPECIAL_SINGLE);
    size_t limit = has_b ? first_text_room(encoder, room) : 0;
    size_t keep_a = encoder->a.count < limit ? encoder->a.count : limit;
    mpb_windows windows = mpb_encoder_windows(encoder, has_b ? encoder->b.count : encoder->a.count,
                                              has_b ? room - keep_a : room);
    size_t from = 0;
    size_t to;
    uint32_t chunk;

    for (chunk = 0;; chunk++) {
        to = mpb_window_end(&windows, from);
        lay_out(encoder, has_b ? 0 : from, has_b ? keep_a : to, has_b, from, to);
        MPB_TRY(add_draft(encoder, record, document, chunk, dataset));
        if (to == windows.count) {
            break;
        }
        from += windows.step;
    }
    *kept = (mpb_kept_tokens){has_b ? keep_a : encoder->a.count, encoder->b.count};
    mpb_encoder_count(encoder, encoder->a.count + encoder->b.count, kept->a + kept->b, chunk + 1);
    return MPB_OK;
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    const mpb_labels labels = mpb_task_data_of(options->task)->labels;
    mpb_dataset_shape made = {.characters = options->keeps_texts,
                              .questions = options->keeps_texts};

    if (!options->labelled) {
        return made;
    }
    made.labels = labels == MPB_LABELS_CLASS;
    if (labels == MPB_LABELS_SCORE) {
        made.value_width = options->num_scores;
    } else if (labels == MPB_LABELS_NAMES) {
        made.value_width = options->label_names->count;
    }
    return made;
}

mpb_status mpb_text_tokenize(mpb_encoder *encoder, const mpb_record *record)
{
    mpb_cleaned a;
    mpb_cleaned b;

    MPB_TRY(mpb_encoder_clean(encoder, record, &a, &b));
    MPB_TRY(mpb_text_encoder_encode(encoder->text, a.text, a.size, &encoder->a));
    if (encoder->options.keeps_texts) {
        MPB_TRY(mpb_reference_set(&encoder->reference, record, (mpb_text){a.text, a.size}, false));
    }
    encoder->b.count = 0;
    return b.text == NULL ? MPB_OK
                          : mpb_text_encoder_encode(encoder->text, b.text, b.size, &encoder->b);
}

mpb_status mpb_text_lay_out(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                            mpb_dataset *dataset, mpb_kept_tokens *kept)
{
    const mpb_encode_options *options = &encoder->options;
    const bool has_b = record->text_b != NULL;
    const size_t room = options->max_seq_length - (has_b ? SPECIAL_PAIR : SPECIAL_SINGLE);

    if (options->chunk && encoder->a.count + encoder->b.count > room) {
        return add_chunks(encoder, record, document, has_b, dataset, kept);
    }
    return add_truncated(encoder, record, document, has_b, dataset, kept);
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_kept_tokens kept;

    MPB_TRY(mpb_text_tokenize(encoder, record));
    if (mpb_task_data_of(encoder->options.task)->labels == MPB_LABELS_NONE &&
        encoder->a.count + encoder->b.count == 0) {
        return MPB_OK; /* no word to learn */
    }
    if (dataset->shape.value_width > 0) {
        set_values(encoder, record);
    }
    return mpb_text_lay_out(encoder, record, document, dataset, &kept);
}

const mpb_encode_layout mpb_layout_text = {.shape = shape, .add = add};
