#include <string.h>

#include "encoder_internal.h"

enum { SPECIALS = 2 };

/* `a` collects tokens until a sequence is full. A [SEP] stands between two texts, so that none
 * seems to go on in the next (RoBERTa's full sentences). */

static size_t room_of(const mpb_encoder *encoder)
{
    return encoder->options.max_seq_length - SPECIALS;
}

/* Makes a sequence of the first `count` tokens that wait. */
static mpb_status emit(mpb_encoder *encoder, size_t from, size_t count, mpb_dataset *dataset)
{
    mpb_packing *packing = &encoder->packing;
    mpb_sequence sequence;

    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, from, from + count);
    mpb_draft_separate(encoder);
    mpb_encoder_number(encoder, packing->document);
    sequence = mpb_draft_sequence(encoder, NULL, packing->document, packing->chunk);
    MPB_TRY(mpb_dataset_add(dataset, &sequence));
    packing->chunk = packing->document == packing->latest ? packing->chunk + 1 : 0;
    packing->document = packing->latest;
    return MPB_OK;
}

static void drop_first(mpb_token_list *tokens, size_t count)
{
    size_t left = tokens->count - count;

    memmove(tokens->ids, tokens->ids + count, left * sizeof(*tokens->ids));
    memmove(tokens->char_start, tokens->char_start + count, left * sizeof(*tokens->char_start));
    memmove(tokens->char_end, tokens->char_end + count, left * sizeof(*tokens->char_end));
    tokens->count = left;
}

static mpb_status emit_full(mpb_encoder *encoder, mpb_dataset *dataset)
{
    size_t room = room_of(encoder);
    size_t from = 0;

    while (encoder->a.count - from >= room) {
        MPB_TRY(emit(encoder, from, room, dataset));
        from += room;
    }
    drop_first(&encoder->a, from);
    return MPB_OK;
}

static mpb_status append_text(mpb_encoder *encoder, uint64_t document)
{
    const mpb_token_list *text = &encoder->b;

    encoder->packing.latest = document;
    if (encoder->a.count == 0) {
        encoder->packing.document = document;
        encoder->packing.chunk = 0;
    } else {
        MPB_TRY(mpb_token_list_append(&encoder->a, encoder->sep, 0, 0));
    }
    for (size_t i = 0; i < text->count; i++) {
        MPB_TRY(mpb_token_list_append(&encoder->a, text->ids[i], text->char_start[i],
                                      text->char_end[i]));
    }
    return MPB_OK;
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    (void)options;
    return (mpb_dataset_shape){0};
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_cleaned a;
    mpb_cleaned b;

    if (encoder->options.line_by_line) {
        return mpb_layout_text.add(encoder, record, document, dataset);
    }
    MPB_TRY(mpb_encoder_clean(encoder, record, &a, &b));
    MPB_TRY(mpb_text_encoder_encode(encoder->text, a.text, a.size, &encoder->b));
    if (encoder->b.count == 0) {
        return MPB_OK;
    }
    mpb_encoder_count(encoder, encoder->b.count, encoder->b.count, 1);
    MPB_TRY(append_text(encoder, document));
    return emit_full(encoder, dataset);
}

static mpb_status flush(mpb_encoder *encoder, mpb_dataset *dataset)
{
    if (!encoder->options.line_by_line && encoder->a.count > 0) {
        MPB_TRY(emit(encoder, 0, encoder->a.count, dataset));
        encoder->a.count = 0;
    }
    return MPB_OK;
}

const mpb_encode_layout mpb_layout_packed = {.shape = shape, .add = add, .flush = flush};
