#include "mpibert/encode/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "encoder_internal.h"
#include "mpibert/core/memory.h"

enum { SPECIALS = 3 }; /* [CLS] and two [SEP] */

mpb_dataset_shape mpb_encoder_shape(const mpb_encoder *encoder)
{
    const mpb_encode_options *options = &encoder->options;
    bool labelled = options->labelled;
    mpb_task task = options->task;
    mpb_dataset_shape shape = {
        .labels = (labelled && (task == MPB_TASK_CLASSIFICATION || task == MPB_TASK_CHOICE)) ||
                  task == MPB_TASK_PRETRAINING,
        .token_labels = task == MPB_TASK_TOKEN,
        .answers = labelled && task == MPB_TASK_QA,
        .characters = task == MPB_TASK_TOKEN || task == MPB_TASK_QA,
        .questions = task == MPB_TASK_QA || (task == MPB_TASK_TOKEN && !labelled),
    };

    if (labelled && task == MPB_TASK_REGRESSION) {
        shape.value_width = 1;
    } else if (labelled && task == MPB_TASK_MULTILABEL) {
        shape.value_width = options->label_names->count;
    }
    return shape;
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
    bool chunks = options->chunk || options->task == MPB_TASK_QA;

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
    status = allocate(made);
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

static bool packs(const mpb_encoder *encoder)
{
    return encoder->options.task == MPB_TASK_MLM && !encoder->options.line_by_line;
}

mpb_status mpb_encoder_add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                           mpb_dataset *dataset)
{
    mpb_encoder_number(encoder, document);
    switch (encoder->options.task) {
    case MPB_TASK_TOKEN:
        return mpb_encode_words(encoder, record, document, dataset);
    case MPB_TASK_QA:
        return mpb_encode_question(encoder, record, document, dataset);
    case MPB_TASK_MLM:
        return packs(encoder) ? mpb_encode_packed(encoder, record, document, dataset)
                              : mpb_encode_text(encoder, record, document, dataset);
    case MPB_TASK_PRETRAINING:
        return mpb_encode_pairs(encoder, record, document);
    case MPB_TASK_CHOICE:
        return mpb_encode_choices(encoder, record, document, dataset);
    case MPB_TASK_CLASSIFICATION:
    case MPB_TASK_MULTILABEL:
    case MPB_TASK_REGRESSION:
    case MPB_TASK_AUTO:
        break;
    }
    return mpb_encode_text(encoder, record, document, dataset);
}

mpb_status mpb_encoder_flush(mpb_encoder *encoder, mpb_dataset *dataset)
{
    if (encoder->options.task == MPB_TASK_PRETRAINING) {
        return mpb_encode_pairs_rest(encoder, dataset);
    }
    return packs(encoder) ? mpb_encode_packed_rest(encoder, dataset) : MPB_OK;
}
