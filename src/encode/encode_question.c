#include "encoder_internal.h"
#include "mpibert/core/utf8.h"

enum { SPECIALS = 3 };

/* Code points [begin, end) of the context. */
typedef struct place {
    uint64_t begin;
    uint64_t end;
} place;

static place place_of(const mpb_answer *answer)
{
    return (place){answer->start, answer->start + mpb_utf8_length(answer->text, answer->size)};
}

/* Whether tokens [from, to) of the context reach over all of the answer. */
static bool holds(const mpb_token_list *context, size_t from, size_t to, const mpb_answer *answer)
{
    const place wanted = place_of(answer);

    return from < to && context->char_start[from] <= wanted.begin &&
           context->char_end[to - 1] >= wanted.end;
}

/* The answer in tokens [from, to), which hold it: it begins with the last token that begins no
 * later, and ends with the first that ends no earlier. */
static void locate(const mpb_token_list *context, size_t from, size_t to, const mpb_answer *answer,
                   size_t *first, size_t *last)
{
    const place wanted = place_of(answer);

    *first = from;
    while (*first + 1 < to && context->char_start[*first + 1] <= wanted.begin) {
        (*first)++;
    }
    *last = to - 1;
    while (*last > from && context->char_end[*last - 1] >= wanted.end) {
        (*last)--;
    }
}

static bool holds_any(const mpb_token_list *context, size_t from, size_t to,
                      const mpb_record *record)
{
    for (size_t i = 0; i < record->num_answers; i++) {
        if (holds(context, from, to, &record->answers[i])) {
            return true;
        }
    }
    return false;
}

/* Training uses the first answer, as transformers' run_qa does. */
static mpb_status add_window(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                             uint32_t chunk, size_t from, size_t to, mpb_dataset *dataset)
{
    mpb_sequence sequence;
    uint32_t context;

    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, 0, encoder->a.count);
    mpb_draft_separate(encoder);
    context = encoder->draft.segment_b;
    mpb_draft_put(encoder, &encoder->b, from, to);
    mpb_draft_separate(encoder);
    encoder->draft.segment_b = context;
    sequence = mpb_draft_sequence(encoder, record, document, chunk);
    sequence.question = mpb_reference_question(&encoder->reference);
    if (record->num_answers > 0 && holds(&encoder->b, from, to, record->answers)) {
        size_t first;
        size_t last;

        locate(&encoder->b, from, to, record->answers, &first, &last);
        sequence.answer_start = (int32_t)(context + (first - from));
        sequence.answer_end = (int32_t)(context + (last - from));
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

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    return (mpb_dataset_shape){.answers = options->labelled, .characters = true, .questions = true};
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_windows windows;
    bool reached = false; /* some window holds an answer */
    size_t room = 0;
    size_t from = 0;
    size_t to;
    uint32_t chunk;

    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text, record->size, &encoder->a));
    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text_b, record->size_b, &encoder->b));
    MPB_TRY(check_room(encoder, record, &room));
    MPB_TRY(mpb_reference_set(&encoder->reference, record,
                              (mpb_text){record->text_b, record->size_b},
                              encoder->options.labelled));
    windows = mpb_encoder_windows(encoder, encoder->b.count, room);
    for (chunk = 0;; chunk++) {
        to = mpb_window_end(&windows, from);
        MPB_TRY(add_window(encoder, record, document, chunk, from, to, dataset));
        reached = reached || holds_any(&encoder->b, from, to, record);
        if (to == windows.count) {
            break;
        }
        from += windows.step;
    }
    mpb_encoder_count(encoder, encoder->a.count + encoder->b.count,
                      encoder->a.count + encoder->b.count, chunk + 1);
    encoder->truncation.targets += record->num_answers > 0;
    encoder->truncation.targets_cut += record->num_answers > 0 && !reached;
    return MPB_OK;
}

const mpb_encode_layout mpb_layout_question = {.shape = shape, .add = add};
