#include <string.h>

#include "encoder_internal.h"
#include "mpibert/records/choices.h"

enum { SPECIALS = 3 };

/* The second text of a choice: the question, if there is one, a blank, and the choice, as
 * transformers' run_swag joins them. */
static mpb_status join(const mpb_cleaned *question, const mpb_text *choice, mpb_buffer *text)
{
    mpb_buffer_reset(text);
    if (question->text != NULL) {
        MPB_TRY(mpb_buffer_append(text, question->text, question->size));
        MPB_TRY(mpb_buffer_append(text, " ", 1));
    }
    return mpb_buffer_append(text, choice->text, choice->size);
}

/* What is too long loses tokens from the longer text. */
static mpb_status add_choice(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                             size_t index, mpb_dataset *dataset, size_t *kept)
{
    mpb_sequence sequence;
    uint32_t segment_b;
    size_t keep_a;
    size_t keep_b;

    mpb_truncate_longest_first(encoder->a.count, encoder->b.count, true,
                               encoder->options.max_seq_length, &keep_a, &keep_b);
    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, 0, keep_a);
    mpb_draft_separate(encoder);
    segment_b = encoder->draft.segment_b;
    mpb_draft_put(encoder, &encoder->b, 0, keep_b);
    mpb_draft_separate(encoder);
    encoder->draft.segment_b = segment_b;
    sequence = mpb_draft_sequence(encoder, record, document, (uint32_t)index);
    sequence.label = mpb_choice_find(record);
    *kept += keep_a + keep_b;
    return mpb_dataset_add(dataset, &sequence);
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    return (mpb_dataset_shape){.labels = options->labelled};
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_cleaned context;
    mpb_cleaned question;
    size_t before = 0;
    size_t kept = 0;

    MPB_TRY(mpb_encoder_clean(encoder, record, &context, &question));
    MPB_TRY(mpb_text_encoder_encode(encoder->text, context.text, context.size, &encoder->a));
    for (size_t i = 0; i < record->num_choices; i++) {
        MPB_TRY(join(&question, &record->choices[i], &encoder->joined));
        MPB_TRY(mpb_text_encoder_encode(encoder->text, encoder->joined.data, encoder->joined.size,
                                        &encoder->b));
        before += encoder->a.count + encoder->b.count;
        MPB_TRY(add_choice(encoder, record, document, i, dataset, &kept));
    }
    mpb_encoder_count(encoder, before, kept, 1);
    return MPB_OK;
}

const mpb_encode_layout mpb_layout_choices = {.shape = shape, .add = add};
