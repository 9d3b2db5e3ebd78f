#include "encoder_internal.h"
#include "mpibert/core/utf8.h"

enum { SPECIALS = 3 };

/* The answer to look for, code points of the context; found in no window so far. */
typedef struct wanted {
    bool exists;
    uint64_t begin;
    uint64_t end;
    bool found;
} wanted;

/* Training uses the first answer, as transformers' run_qa does. */
static wanted wanted_of(const mpb_record *record)
{
    wanted answer = {.exists = record->num_answers > 0};

    if (answer.exists) {
        const mpb_answer *first = &record->answers[0];

        answer.begin = first->start;
        answer.end = first->start + mpb_utf8_length(first->text, first->size);
    }
    return answer;
}

/* Tokens [from, to) of the context hold the answer where the window reaches over all of it: then
 * it begins with the last token that begins no later, and ends with the first that ends no
 * earlier. */
static bool locate(const mpb_token_list *context, size_t from, size_t to, const wanted *answer,
                   size_t *first, size_t *last)
{
    if (!answer->exists || from == to || context->char_start[from] > answer->begin ||
        context->char_end[to - 1] < answer->end) {
        return false;
    }
    *first = from;
    while (*first + 1 < to && context->char_start[*first + 1] <= answer->begin) {
        (*first)++;
    }
    *last = to - 1;
    while (*last > from && context->char_end[*last - 1] >= answer->end) {
        (*last)--;
    }
    return true;
}

static mpb_status add_window(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                             uint32_t chunk, size_t from, size_t to, wanted *answer,
                             mpb_dataset *dataset)
{
    mpb_sequence sequence;
    uint32_t context;
    size_t first;
    size_t last;

    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, 0, encoder->a.count);
    mpb_draft_separate(encoder);
    context = encoder->draft.segment_b;
    mpb_draft_put(encoder, &encoder->b, from, to);
    mpb_draft_separate(encoder);
    encoder->draft.segment_b = context;
    sequence = mpb_draft_sequence(encoder, record, document, chunk);
    if (locate(&encoder->b, from, to, answer, &first, &last)) {
        sequence.answer_start = (int32_t)(context + (first - from));
        sequence.answer_end = (int32_t)(context + (last - from));
        answer->found = true;
    }
    return mpb_dataset_add(dataset, &sequence);
}

/* The context must advance by at least a token beside the question. */
static mpb_status check_room(const mpb_encoder *encoder, const mpb_record *record, size_t *room)
{
    const mpb_encode_options *options = &encoder->options;
    size_t length = options->max_seq_length;
    size_t shared = options->stride_is_step ? 0 : options->stride;
    size_t used = encoder->a.count + SPECIALS;
    char where[MPB_PLACE_SIZE];

    if (used + shared < length) {
        *room = length - used;
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "question %s has %zu tokens, at most %zu were expected beside data.stride %zu "
                    "in model.max_seq_length %zu (%s)",
                    record->id == NULL ? encoder->number : record->id, encoder->a.count,
                    length > shared + SPECIALS + 1 ? length - shared - SPECIALS - 1 : 0,
                    options->stride, length, where);
}

mpb_status mpb_encode_question(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                               mpb_dataset *dataset)
{
    wanted answer = wanted_of(record);
    mpb_windows windows;
    size_t room = 0;
    size_t from = 0;
    size_t to;
    uint32_t chunk;

    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text, record->size, &encoder->a));
    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text_b, record->size_b, &encoder->b));
    MPB_TRY(check_room(encoder, record, &room));
    windows = mpb_encoder_windows(encoder, encoder->b.count, room);
    for (chunk = 0;; chunk++) {
        to = mpb_window_end(&windows, from);
        MPB_TRY(add_window(encoder, record, document, chunk, from, to, &answer, dataset));
        if (to == windows.count) {
            break;
        }
        from += windows.step;
    }
    mpb_encoder_count(encoder, encoder->a.count + encoder->b.count,
                      encoder->a.count + encoder->b.count, chunk + 1);
    encoder->truncation.targets += answer.exists;
    encoder->truncation.targets_cut += answer.exists && !answer.found;
    return MPB_OK;
}
