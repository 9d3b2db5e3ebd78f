/* Texts that have masks of their own, whose words are to be filled in: laid out as any others, each
 * alone or as a pair. */

#include "encoder_internal.h"

static size_t count_masks(const mpb_encoder *encoder, const mpb_token_list *tokens, size_t from)
{
    size_t count = 0;

    for (size_t i = from; i < tokens->count; i++) {
        count += tokens->ids[i] == encoder->mask;
    }
    return count;
}

/* Of next sentences a pair without masks can be judged, too. */
static bool needs_masks(const mpb_encoder *encoder, const mpb_record *record)
{
    const mpb_layout layout = mpb_task_data_of(encoder->options.task)->layout;

    return layout != MPB_LAYOUT_SENTENCES || record->text_b == NULL;
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    (void)options;
    return (mpb_dataset_shape){.characters = true};
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    const mpb_token_list *a = &encoder->a;
    const mpb_token_list *b = &encoder->b;
    mpb_kept_tokens kept;
    size_t num_masks;

    MPB_TRY(mpb_text_tokenize(encoder, record));
    num_masks = count_masks(encoder, a, 0) + count_masks(encoder, b, 0);
    if (num_masks == 0 && needs_masks(encoder, record)) {
        return mpb_place_fail(
            &record->place, "the text has no [MASK], one at least was expected where a word is to "
                            "be filled in");
    }
    MPB_TRY(mpb_text_lay_out(encoder, record, document, dataset, &kept));
    encoder->truncation.targets += num_masks;
    encoder->truncation.targets_cut +=
        count_masks(encoder, a, kept.a) + count_masks(encoder, b, kept.b);
    return MPB_OK;
}

const mpb_encode_layout mpb_layout_masks = {.shape = shape, .add = add};
