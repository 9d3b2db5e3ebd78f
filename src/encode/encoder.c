#include "mpibert/encode/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "encoder_internal.h"
#include "mpibert/core/memory.h"

enum { SPECIALS = 3 }; /* [CLS] and two [SEP] */

static const mpb_encode_layout *layout_of(const mpb_encode_options *options)
{
    static const mpb_encode_layout *const LAYOUTS[] = {
        [MPB_LAYOUT_TEXT] = &mpb_layout_text,
        [MPB_LAYOUT_WORDS] = &mpb_layout_words,
        [MPB_LAYOUT_QUESTION] = &mpb_layout_question,
        [MPB_LAYOUT_CHOICES] = &mpb_layout_choices,
        [MPB_LAYOUT_PACKED] = &mpb_layout_packed,
        [MPB_LAYOUT_SENTENCES] = &mpb_layout_sentences,
    };

    return options->fills_masks ? &mpb_layout_masks
                                : LAYOUTS[mpb_task_data_of(options->task)->layout];
}

mpb_dataset_shape mpb_encode_shape(const mpb_encode_options *options)
{
    return layout_of(options)->shape(options);
}

mpb_dataset_shape mpb_encoder_shape(const mpb_encoder *encoder)
{
    return mpb_encode_shape(&encoder->options);
}

bool mpb_encode_chunks(const mpb_encode_options *options)
{
    return options->chunk || mpb_task_data_of(options->task)->chunking == MPB_CHUNKS_ALWAYS;
}

/* Tokens of the text that is cut into chunks, when nothing else is in the sequence. */
static size_t whole_room(const mpb_encode_options *options)
{
    return options->max_seq_length - SPECIALS;
}

size_t mpb_default_stride(size_t max_seq_length)
{
    enum { USUAL = 128, SHARE = 3 };

    return max_seq_length / SHARE < USUAL ? max_seq_length / SHARE : USUAL;
}

static mpb_status check_options(const mpb_encode_options *options)
{
    const bool chunks = mpb_encode_chunks(options);

    MPB_REQUIRE(options->max_seq_length > SPECIALS + 1, MPB_ERR_CONFIG,
                "model.max_seq_length %zu leaves no room for text, at least %d was expected",
                options->max_seq_length, SPECIALS + 2);
    MPB_REQUIRE(!chunks || options->stride < whole_room(options) ||
                    (options->stride_is_step && options->stride == whole_room(options)),
                MPB_ERR_CONFIG,
                "data.stride is %zu, less than the %zu tokens of text in a sequence was expected "
                "(model.max_seq_length %zu)",
                options->stride, whole_room(options), options->max_seq_length);
    return MPB_OK;
}

static mpb_status allocate(mpb_encoder *encoder)
{
    size_t length = encoder->options.max_seq_length;
    size_t width = mpb_encoder_shape(encoder).value_width;
    mpb_draft *draft = &encoder->draft;

    MPB_TRY(mpb_text_encoder_create(encoder->options.tokenizer, &encoder->text));
    draft->capacity = length;
    MPB_TRY(mpb_memory_create(length, sizeof(*draft->ids), "a sequence", (void **)&draft->ids));
    MPB_TRY(mpb_memory_create(length, sizeof(*draft->char_start), "a sequence",
                              (void **)&draft->char_start));
    MPB_TRY(mpb_memory_create(length, sizeof(*draft->char_end), "a sequence",
                              (void **)&draft->char_end));
    MPB_TRY(
        mpb_memory_create(length, sizeof(*draft->labels), "a sequence", (void **)&draft->labels));
    return mpb_memory_create(width, sizeof(*encoder->values), "the labels of an example",
                             (void **)&encoder->values);
}

mpb_status mpb_encoder_create(const mpb_encode_options *options, mpb_encoder **encoder)
{
    mpb_encoder *made;
    mpb_status status;

    MPB_TRY(check_options(options));
    made = calloc(1, sizeof(*made));
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory to encode texts");
    made->options = *options;
    made->cls = (uint32_t)mpb_tokenizer_id(options->tokenizer, "[CLS]");
    made->sep = (uint32_t)mpb_tokenizer_id(options->tokenizer, "[SEP]");
    status = options->fills_masks ? mpb_tokenizer_mask(options->tokenizer, &made->mask) : MPB_OK;
    if (status == MPB_OK) {
        status = allocate(made);
    }
    if (status != MPB_OK) {
        mpb_encoder_destroy(&made);
        return status;
    }
    *encoder = made;
    return MPB_OK;
}

void mpb_encoder_destroy(mpb_encoder **encoder)
{
    mpb_encoder *gone = *encoder;

    if (gone == NULL) {
        return;
    }
    mpb_text_encoder_destroy(&gone->text);
    mpb_token_list_clear(&gone->a);
    mpb_token_list_clear(&gone->b);
    mpb_token_list_clear(&gone->word);
    mpb_memory_destroy(gone->draft.ids);
    mpb_memory_destroy(gone->draft.char_start);
    mpb_memory_destroy(gone->draft.char_end);
    mpb_memory_destroy(gone->draft.labels);
    mpb_memory_destroy(gone->values);
    mpb_buffer_clear(&gone->cleaned_a);
    mpb_buffer_clear(&gone->cleaned_b);
    mpb_reference_clear(&gone->reference);
    mpb_buffer_clear(&gone->joined);
    mpb_pairing_clear(&gone->pairing);
    free(gone->word_of);
    free(gone->held_from);
    free(gone);
    *encoder = NULL;
}

void mpb_encoder_skip(mpb_encoder *encoder)
{
    encoder->truncation.skipped++;
}

mpb_truncation mpb_encoder_take_truncation(mpb_encoder *encoder)
{
    mpb_truncation taken = encoder->truncation;

    encoder->truncation = (mpb_truncation){0};
    return taken;
}

mpb_status mpb_encoder_add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                           mpb_dataset *dataset)
{
    mpb_encoder_number(encoder, document);
    return layout_of(&encoder->options)->add(encoder, record, document, dataset);
}

mpb_status mpb_encoder_flush(mpb_encoder *encoder, mpb_dataset *dataset)
{
    const mpb_encode_layout *layout = layout_of(&encoder->options);

    return layout->flush == NULL ? MPB_OK : layout->flush(encoder, dataset);
}
