#include <stdlib.h>
#include <string.h>

#include "encoder_internal.h"
#include "mpibert/core/philox.h"

/* Sentence pairs for next-sentence prediction, as BERT was pretrained (Devlin et al. 2018): half of
 * the second texts go on where the first ends, half come from another document of the same range.
 * A range's sentences wait until it has been read; all draws depend on seed and document. */

enum { SPECIALS = 3, TRIES = 10 };

/* "pair": separates these draws from other uses of the seed. */
static const uint64_t PURPOSE = (uint64_t)0x70616972 << 32;

static const uint32_t SHORT_ONE_IN = 10; /* sequences that end before they are full */

static mpb_status add_sentence(mpb_pairing *pairing, const mpb_token_list *tokens)
{
    if (pairing->num_sentences + 1 >= pairing->capacity) {
        size_t capacity = pairing->capacity == 0 ? 1024 : 2 * pairing->capacity;
        size_t *larger = realloc(pairing->begins, capacity * sizeof(*larger));

        MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu sentences", capacity);
        pairing->begins = larger;
        pairing->capacity = capacity;
        pairing->begins[0] = 0;
    }
    for (size_t i = 0; i < tokens->count; i++) {
        MPB_TRY(mpb_token_list_append(&pairing->tokens, tokens->ids[i], tokens->char_start[i],
                                      tokens->char_end[i]));
    }
    pairing->begins[++pairing->num_sentences] = pairing->tokens.count;
    return MPB_OK;
}

static mpb_status begin_document(mpb_pairing *pairing, uint64_t number)
{
    size_t count = pairing->num_documents + 1;
    mpb_pair_document *larger = realloc(pairing->documents, count * sizeof(*larger));

    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu documents", count);
    larger[count - 1] = (mpb_pair_document){.number = number, .first = pairing->num_sentences};
    pairing->documents = larger;
    pairing->num_documents = count;
    return MPB_OK;
}

static mpb_status add_line(mpb_encoder *encoder, const char *line, size_t size)
{
    mpb_pairing *pairing = &encoder->pairing;

    MPB_TRY(mpb_text_encoder_encode(encoder->text, line, size, &encoder->a));
    if (encoder->a.count == 0) {
        return MPB_OK;
    }
    mpb_encoder_count(encoder, encoder->a.count, encoder->a.count, 1);
    MPB_TRY(add_sentence(pairing, &encoder->a));
    pairing->documents[pairing->num_documents - 1].count++;
    return MPB_OK;
}

static mpb_status add_lines(mpb_encoder *encoder, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        const char *newline = memchr(text + at, '\n', size - at);
        size_t stop = newline == NULL ? size : (size_t)(newline - text);

        MPB_TRY(add_line(encoder, text + at, stop - at));
        at = stop + 1;
    }
    return MPB_OK;
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    (void)options;
    return (mpb_dataset_shape){.labels = true};
}

/* A line of plain text is a sentence, and a blank one ends the document; elsewhere a record is a
 * document, and each of its lines a sentence. */
static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_pairing *pairing = &encoder->pairing;
    mpb_cleaned text;
    mpb_cleaned none;
    bool is_line = encoder->options.lines_are_sentences;
    bool blank = strspn(record->text, " \t\r") >= record->size;

    (void)dataset;
    if (is_line && blank) {
        pairing->open = false;
        return MPB_OK;
    }
    if (!is_line || !pairing->open) {
        MPB_TRY(begin_document(pairing, document));
        pairing->open = is_line;
    }
    MPB_TRY(mpb_encoder_clean(encoder, record, &text, &none));
    return add_lines(encoder, text.text, text.size);
}

/* The random numbers of one document, one after the other. */
typedef struct draws {
    mpb_philox_key key;
    uint64_t next;
} draws;

static size_t draw_below(draws *d, size_t bound)
{
    return mpb_philox_below(d->key, d->next++, (uint32_t)bound);
}

/* Another document that has sentences, or this one where none is met: a range of one document
 * has no other. */
static const mpb_pair_document *other_document(const mpb_pairing *pairing,
                                               const mpb_pair_document *own, draws *d)
{
    for (int i = 0; i < TRIES && pairing->num_documents > 1; i++) {
        const mpb_pair_document *other = &pairing->documents[draw_below(d, pairing->num_documents)];

        if (other != own && other->count > 0) {
            return other;
        }
    }
    return own;
}

/* Tokens of sentences [first, last), at most `limit` of them, in place of what `list` held. */
static mpb_status copy_sentences(const mpb_pairing *pairing, size_t first, size_t last,
                                 size_t limit, mpb_token_list *list)
{
    size_t begin = pairing->begins[first];
    size_t end = pairing->begins[last];

    end = end - begin > limit ? begin + limit : end;
    list->count = 0;
    for (size_t i = begin; i < end; i++) {
        MPB_TRY(mpb_token_list_append(list, pairing->tokens.ids[i], pairing->tokens.char_start[i],
                                      pairing->tokens.char_end[i]));
    }
    return MPB_OK;
}

static mpb_status emit_pair(mpb_encoder *encoder, uint64_t document, uint32_t chunk, int32_t label,
                            mpb_dataset *dataset)
{
    mpb_sequence sequence;
    uint32_t segment_b;
    size_t keep_a = 0;
    size_t keep_b = 0;

    mpb_truncate_longest_first(encoder->a.count, encoder->b.count, true,
                               encoder->options.max_seq_length, &keep_a, &keep_b);
    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, 0, keep_a);
    mpb_draft_separate(encoder);
    segment_b = encoder->draft.segment_b;
    mpb_draft_put(encoder, &encoder->b, 0, keep_b);
    mpb_draft_separate(encoder);
    encoder->draft.segment_b = segment_b;
    mpb_encoder_number(encoder, document);
    sequence = mpb_draft_sequence(encoder, NULL, document, chunk);
    sequence.label = label;
    return mpb_dataset_add(dataset, &sequence);
}

/* How many tokens the next sequence aims at. */
static size_t draw_target(const mpb_encoder *encoder, draws *d)
{
    size_t room = encoder->options.max_seq_length - SPECIALS;

    return draw_below(d, SHORT_ONE_IN) == 0 ? 2 + draw_below(d, room - 1) : room;
}

/* Second texts come from a random place of another document, and fill up what `a` leaves. */
static mpb_status add_random_second(mpb_encoder *encoder, const mpb_pair_document *document,
                                    size_t target, uint32_t chunk, draws *d, mpb_dataset *dataset)
{
    const mpb_pairing *pairing = &encoder->pairing;
    const mpb_pair_document *other = other_document(pairing, document, d);
    size_t first = other->first + draw_below(d, other->count);
    size_t limit = target > encoder->a.count ? target - encoder->a.count : 1;

    MPB_TRY(copy_sentences(pairing, first, other->first + other->count, limit, &encoder->b));
    return emit_pair(encoder, document->number, chunk, MPB_NOT_NEXT, dataset);
}

/* Makes one pair of the sentences from *next on; *next moves behind those that were used. */
static mpb_status make_pair(mpb_encoder *encoder, const mpb_pair_document *document, size_t *next,
                            uint32_t chunk, draws *d, mpb_dataset *dataset)
{
    const mpb_pairing *pairing = &encoder->pairing;
    size_t target = draw_target(encoder, d);
    size_t end = document->first + document->count;
    size_t first = *next;
    size_t last = first + 1;
    size_t middle;

    while (last < end && pairing->begins[last] - pairing->begins[first] < target) {
        last++;
    }
    middle = last - first > 1 ? first + 1 + draw_below(d, last - first - 1) : last;
    MPB_TRY(copy_sentences(pairing, first, middle, target, &encoder->a));
    if (middle < last && draw_below(d, 2) == 0) {
        *next = last;
        MPB_TRY(copy_sentences(pairing, middle, last, target, &encoder->b));
        return emit_pair(encoder, document->number, chunk, MPB_IS_NEXT, dataset);
    }
    *next = middle;
    return add_random_second(encoder, document, target, chunk, d, dataset);
}

static mpb_status pair_document(mpb_encoder *encoder, const mpb_pair_document *document,
                                mpb_dataset *dataset)
{
    draws d = {.key = mpb_philox_key_make(encoder->options.seed, PURPOSE + document->number)};
    size_t next = document->first;

    for (uint32_t chunk = 0; next < document->first + document->count; chunk++) {
        MPB_TRY(make_pair(encoder, document, &next, chunk, &d, dataset));
    }
    return MPB_OK;
}

static mpb_status flush(mpb_encoder *encoder, mpb_dataset *dataset)
{
    mpb_pairing *pairing = &encoder->pairing;
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < pairing->num_documents && status == MPB_OK; i++) {
        status = pair_document(encoder, &pairing->documents[i], dataset);
    }
    pairing->num_documents = 0;
    pairing->num_sentences = 0;
    pairing->tokens.count = 0;
    pairing->open = false;
    return status;
}

void mpb_pairing_clear(mpb_pairing *pairing)
{
    mpb_token_list_clear(&pairing->tokens);
    free(pairing->begins);
    free(pairing->documents);
    *pairing = (mpb_pairing){0};
}

const mpb_encode_layout mpb_layout_sentences = {.shape = shape, .add = add, .flush = flush};
