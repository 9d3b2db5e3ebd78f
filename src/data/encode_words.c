#include <stdlib.h>
#include <string.h>

#include "encoder_internal.h"
#include "label_names.h"
#include "mpibert/core/utf8.h"

enum { SPECIALS = 2 };

static mpb_status reserve_words_of(mpb_encoder *encoder, size_t needed)
{
    uint32_t *larger;

    if (needed <= encoder->word_capacity) {
        return MPB_OK;
    }
    larger = realloc(encoder->word_of, 2 * needed * sizeof(*larger));
    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for a sentence of %zu tokens", needed);
    encoder->word_of = larger;
    encoder->word_capacity = 2 * needed;
    return MPB_OK;
}

/* Appends the tokens of word `index`, which begins at code point `at` of the text. */
static mpb_status append_word(mpb_encoder *encoder, const mpb_record *record, size_t index,
                              uint32_t at)
{
    const mpb_span span = record->words[index];
    const mpb_token_list *word = &encoder->word;

    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text + span.begin, span.end - span.begin,
                                    &encoder->word));
    MPB_TRY(reserve_words_of(encoder, encoder->a.count + word->count));
    for (size_t i = 0; i < word->count; i++) {
        encoder->word_of[encoder->a.count] = (uint32_t)index;
        MPB_TRY(mpb_token_list_append(&encoder->a, word->ids[i], at + word->char_start[i],
                                      at + word->char_end[i]));
    }
    return MPB_OK;
}

/* Each word is tokenised on its own, as the reference does with text that is split already. */
static mpb_status tokenize_words(mpb_encoder *encoder, const mpb_record *record)
{
    size_t seen = 0;
    size_t position = 0;

    encoder->a.count = 0;
    for (size_t i = 0; i < record->num_words; i++) {
        const mpb_span span = record->words[i];

        position += mpb_utf8_length(record->text + seen, span.begin - seen);
        seen = span.begin;
        MPB_TRY(append_word(encoder, record, i, (uint32_t)position));
    }
    return MPB_OK;
}

static bool begins_word(const mpb_encoder *encoder, size_t token)
{
    return token == 0 || encoder->word_of[token] != encoder->word_of[token - 1];
}

/* The label of each word on its first token; draft position 0 is [CLS]. */
static void set_labels(mpb_encoder *encoder, const mpb_record *record, size_t from, size_t to)
{
    int32_t *labels = encoder->draft.labels + 1;

    for (size_t i = from; i < to; i++) {
        labels[i - from] = MPB_NO_LABEL;
        if (begins_word(encoder, i) && record->num_labels > 0) {
            labels[i - from] =
                mpb_label_find(encoder->options.label_names, record->labels[encoder->word_of[i]]);
        }
    }
}

static mpb_status add_window(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                             uint32_t chunk, size_t from, size_t to, mpb_dataset *dataset)
{
    mpb_sequence sequence;

    mpb_draft_begin(encoder);
    mpb_draft_put(encoder, &encoder->a, from, to);
    set_labels(encoder, record, from, to);
    mpb_draft_separate(encoder);
    sequence = mpb_draft_sequence(encoder, record, document, chunk);
    return mpb_dataset_add(dataset, &sequence);
}

/* A chunk begins with a word, so that the word's label stands at its first token. */
static size_t next_window(const mpb_encoder *encoder, const mpb_windows *windows, size_t from)
{
    size_t next = from + windows->step;
    size_t begin = next;

    while (begin > from && !begins_word(encoder, begin)) {
        begin--;
    }
    return begin > from ? begin : next;
}

/* The type of an entity's tag; NULL for a tag without one: O, or a part of speech. */
static const char *entity_type(const char *tag)
{
    return tag[0] != '\0' && strchr("BIESLU", tag[0]) != NULL && tag[1] == '-' ? tag + 2 : NULL;
}

/* Whether an entity begins with this tag, in IOB1, IOB2, IOBES or BILOU: with B-, S- and U- always,
 * with others where the word before is not of the same type. `before` is NULL for the first word.
 * */
static bool begins_entity(const char *before, const char *tag)
{
    const char *type = entity_type(tag);
    const char *type_before = before == NULL ? NULL : entity_type(before);

    if (type == NULL) {
        return false;
    }
    return strchr("BSU", tag[0]) != NULL || type_before == NULL || strcmp(type, type_before) != 0;
}

static void count_entities(mpb_encoder *encoder, const mpb_record *record, size_t kept_tokens)
{
    size_t first_cut =
        kept_tokens < encoder->a.count ? encoder->word_of[kept_tokens] : record->num_words;

    if (first_cut < record->num_words && !begins_word(encoder, kept_tokens)) {
        first_cut++;
    }
    for (size_t i = 0; i < record->num_labels; i++) {
        bool entity = begins_entity(i == 0 ? NULL : record->labels[i - 1], record->labels[i]);

        encoder->truncation.targets += entity;
        encoder->truncation.targets_cut += entity && i >= first_cut;
    }
}

mpb_status mpb_encode_words(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                            mpb_dataset *dataset)
{
    mpb_windows windows;
    size_t from = 0;
    size_t to;
    uint32_t chunk;

    MPB_TRY(tokenize_words(encoder, record));
    windows =
        mpb_encoder_windows(encoder, encoder->a.count, encoder->options.max_seq_length - SPECIALS);
    for (chunk = 0;; chunk++) {
        to = mpb_window_end(&windows, from);
        MPB_TRY(add_window(encoder, record, document, chunk, from, to, dataset));
        if (to == windows.count || !encoder->options.chunk) {
            break;
        }
        from = next_window(encoder, &windows, from);
    }
    mpb_encoder_count(encoder, encoder->a.count, to, chunk + 1);
    count_entities(encoder, record, to);
    return MPB_OK;
}
