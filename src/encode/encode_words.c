#include <stdlib.h>

#include "encoder_internal.h"
#include "mpibert/core/utf8.h"
#include "mpibert/records/entity_tag.h"
#include "mpibert/records/label_names.h"

enum { SPECIALS = 2 };

static mpb_status reserve(uint32_t **array, size_t *capacity, size_t needed)
{
    uint32_t *larger;

    if (needed <= *capacity) {
        return MPB_OK;
    }
    larger = realloc(*array, 2 * needed * sizeof(*larger));
    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for a sentence of %zu tokens", needed);
    *array = larger;
    *capacity = 2 * needed;
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
    MPB_TRY(reserve(&encoder->word_of, &encoder->word_capacity, encoder->a.count + word->count));
    for (size_t i = 0; i < word->count; i++) {
        encoder->word_of[encoder->a.count] = (uint32_t)index;
        MPB_TRY(mpb_token_list_append(&encoder->a, word->ids[i], at + word->char_start[i],
                                      at + word->char_end[i]));
    }
    return MPB_OK;
}

/* A text that is not split: its words are those that the tokenizer splits it into before it looks for
 * their parts. */
static mpb_status tokenize_text(mpb_encoder *encoder, const mpb_record *record)
{
    const mpb_token_list *tokens = &encoder->a;
    uint32_t word = 0;

    MPB_TRY(mpb_text_encoder_encode(encoder->text, record->text, record->size, &encoder->a));
    MPB_TRY(reserve(&encoder->word_of, &encoder->word_capacity, tokens->count));
    for (size_t i = 0; i < tokens->count; i++) {
        word += i > 0 && !mpb_token_continues(
                             mpb_tokenizer_token(encoder->options.tokenizer, tokens->ids[i]));
        encoder->word_of[i] = word;
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

static int32_t label_of(const mpb_encoder *encoder, const mpb_record *record, uint32_t word)
{
    return encoder->options.labelled
               ? mpb_label_find(encoder->options.label_names, record->labels[word])
               : 0;
}

/* The label of each word on its first token; draft position 0 is [CLS]. */
static void set_labels(mpb_encoder *encoder, const mpb_record *record, size_t from, size_t to)
{
    int32_t *labels = encoder->draft.labels + 1;

    for (size_t i = from; i < to; i++) {
        labels[i - from] =
            begins_word(encoder, i) ? label_of(encoder, record, encoder->word_of[i]) : MPB_NO_LABEL;
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
    sequence.question = mpb_reference_question(&encoder->reference);
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

/* Of the words whose first token stands in [from, to), those from *seen on are in no window before:
 * held_from of each = the first word of this one. *seen moves behind them. */
static void note_words(mpb_encoder *encoder, const mpb_record *record, size_t from, size_t to,
                       size_t *seen)
{
    size_t first = from == 0 ? 0 : encoder->word_of[from] + !begins_word(encoder, from);
    size_t last = record->num_words;

    if (to < encoder->a.count) {
        last = encoder->word_of[to] + !begins_word(encoder, to);
    }
    for (; *seen < last; (*seen)++) {
        encoder->held_from[*seen] = (uint32_t)first;
    }
}

/* A window holds an entity whole where the first one that holds its last word holds its first: those
 * behind it begin later. */
static void count_entities(mpb_encoder *encoder, const mpb_record *record, size_t seen)
{
    size_t begin = 0;

    for (size_t i = 0; i < record->num_labels; i++) {
        begin = mpb_tag_begins(record->labels, i) ? i : begin;
        if (mpb_tag_ends(record->labels, record->num_labels, i)) {
            encoder->truncation.targets++;
            encoder->truncation.targets_cut += i >= seen || encoder->held_from[i] > begin;
        }
    }
}

/* Labelled words are all that a later reader asks for. */
static mpb_status keep_text(mpb_encoder *encoder, const mpb_record *record)
{
    return encoder->options.labelled
               ? MPB_OK
               : mpb_reference_set(&encoder->reference, record,
                                   (mpb_text){record->text, record->size}, false);
}

static mpb_dataset_shape shape(const mpb_encode_options *options)
{
    return (mpb_dataset_shape){
        .token_labels = true, .characters = true, .questions = !options->labelled};
}

static mpb_status add(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset)
{
    mpb_windows windows;
    size_t seen = 0; /* words that some window holds */
    size_t from = 0;
    size_t to;
    uint32_t chunk;

    MPB_TRY(record->num_words > 0 ? tokenize_words(encoder, record)
                                  : tokenize_text(encoder, record));
    MPB_TRY(keep_text(encoder, record));
    MPB_TRY(reserve(&encoder->held_from, &encoder->held_capacity, record->num_words));
    windows =
        mpb_encoder_windows(encoder, encoder->a.count, encoder->options.max_seq_length - SPECIALS);
    for (chunk = 0;; chunk++) {
        to = mpb_window_end(&windows, from);
        MPB_TRY(add_window(encoder, record, document, chunk, from, to, dataset));
        if (encoder->options.labelled) {
            note_words(encoder, record, from, to, &seen);
        }
        if (to == windows.count || !encoder->options.chunk) {
            break;
        }
        from = next_window(encoder, &windows, from);
    }
    mpb_encoder_count(encoder, encoder->a.count, to, chunk + 1);
    if (encoder->options.labelled) {
        count_entities(encoder, record, seen);
    }
    return MPB_OK;
}

const mpb_encode_layout mpb_layout_words = {.shape = shape, .add = add};
