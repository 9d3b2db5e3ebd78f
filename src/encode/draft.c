#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "encoder_internal.h"

static void put_special(mpb_draft *draft, uint32_t id)
{
    size_t at = draft->count++;

    assert(at < draft->capacity);
    draft->ids[at] = id;
    draft->char_start[at] = 0;
    draft->char_end[at] = 0;
    draft->labels[at] = MPB_NO_LABEL;
}

void mpb_draft_begin(mpb_encoder *encoder)
{
    encoder->draft.count = 0;
    put_special(&encoder->draft, encoder->cls);
}

void mpb_draft_put(mpb_encoder *encoder, const mpb_token_list *tokens, size_t from, size_t to)
{
    mpb_draft *draft = &encoder->draft;
    size_t count = to - from;

    assert(draft->count + count <= draft->capacity);
    if (count == 0) {
        return;
    }
    memcpy(draft->ids + draft->count, tokens->ids + from, count * sizeof(*draft->ids));
    memcpy(draft->char_start + draft->count, tokens->char_start + from,
           count * sizeof(*draft->char_start));
    memcpy(draft->char_end + draft->count, tokens->char_end + from,
           count * sizeof(*draft->char_end));
    draft->count += count;
}

/* The segment after the first separator is the second one. */
void mpb_draft_separate(mpb_encoder *encoder)
{
    put_special(&encoder->draft, encoder->sep);
    encoder->draft.segment_b = (uint32_t)encoder->draft.count;
}

mpb_sequence mpb_draft_sequence(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                                uint32_t chunk)
{
    const mpb_draft *draft = &encoder->draft;

    return (mpb_sequence){
        .tokens = draft->ids,
        .count = draft->count,
        .segment_b = draft->segment_b,
        .document = document,
        .chunk = chunk,
        .label = -1,
        .values = encoder->values,
        .token_labels = draft->labels,
        .char_start = draft->char_start,
        .char_end = draft->char_end,
        .id = record != NULL && record->id != NULL ? record->id : encoder->number,
    };
}

mpb_windows mpb_encoder_windows(const mpb_encoder *encoder, size_t count, size_t room)
{
    size_t stride = encoder->options.stride;
    mpb_windows windows = {.count = count, .room = room, .step = stride};

    if (!encoder->options.stride_is_step) {
        windows.step = room > stride ? room - stride : 1;
    } else if (stride > room) {
        windows.step = room;
    }
    return windows;
}

size_t mpb_window_end(const mpb_windows *windows, size_t from)
{
    return windows->count - from > windows->room ? from + windows->room : windows->count;
}

void mpb_encoder_count(mpb_encoder *encoder, size_t before, size_t after, uint32_t sequences)
{
    mpb_truncation *truncation = &encoder->truncation;

    truncation->texts++;
    truncation->truncated_texts += after < before;
    truncation->tokens += before;
    truncation->tokens_cut += before - after;
    truncation->chunked_texts += sequences > 1;
    truncation->chunks += sequences > 1 ? sequences : 0;
}

void mpb_encoder_number(mpb_encoder *encoder, uint64_t document)
{
    snprintf(encoder->number, sizeof(encoder->number), "%" PRIu64, document);
}
