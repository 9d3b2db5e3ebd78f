#include "sentence.h"

#include <stdlib.h>

void mpb_sentence_reset(mpb_sentence *sentence)
{
    mpb_buffer_reset(&sentence->text);
    mpb_label_list_reset(&sentence->labels);
    sentence->count = 0;
}

static mpb_status grow(mpb_sentence *sentence)
{
    size_t capacity = sentence->capacity == 0 ? 64 : 2 * sentence->capacity;
    mpb_span *words = realloc(sentence->words, capacity * sizeof(*words));
    uint64_t *lines;

    MPB_REQUIRE(words != NULL, MPB_ERR_SYSTEM, "no memory for %zu words", capacity);
    sentence->words = words;
    lines = realloc(sentence->lines, capacity * sizeof(*lines));
    MPB_REQUIRE(lines != NULL, MPB_ERR_SYSTEM, "no memory for %zu words", capacity);
    sentence->lines = lines;
    sentence->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_sentence_add(mpb_sentence *sentence, const mpb_place *place, const char *word,
                            size_t size, const char *label, size_t label_size)
{
    mpb_buffer *text = &sentence->text;

    if (sentence->count == MPB_MAX_WORDS) {
        return mpb_place_fail(place,
                              "the sentence has more than 1048576 words, blank lines between "
                              "sentences were expected");
    }
    if (sentence->count == sentence->capacity) {
        MPB_TRY(grow(sentence));
    }
    if (sentence->count > 0) {
        MPB_TRY(mpb_buffer_append(text, " ", 1));
    }
    MPB_TRY(mpb_buffer_append(text, word, size));
    sentence->lines[sentence->count] = place->line;
    sentence->words[sentence->count++] = (mpb_span){text->size - size, text->size};
    return label == NULL ? MPB_OK : mpb_label_list_add(&sentence->labels, label, label_size);
}

void mpb_sentence_fill(mpb_sentence *sentence, mpb_record *record)
{
    record->text = sentence->text.data;
    record->size = sentence->text.size;
    record->words = sentence->words;
    record->word_lines = sentence->lines;
    record->num_words = sentence->count;
    record->labels = mpb_label_list_finish(&sentence->labels);
    record->num_labels = sentence->labels.count;
}

void mpb_sentence_clear(mpb_sentence *sentence)
{
    mpb_buffer_clear(&sentence->text);
    mpb_label_list_clear(&sentence->labels);
    free(sentence->words);
    free(sentence->lines);
    *sentence = (mpb_sentence){0};
}
