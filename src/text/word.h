#pragma once

/* One normalised word on its way to WordPiece. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"
#include "vocabulary.h"

enum { MPB_WORD_MAX = 1024 }; /* upper limit of options.max_word_characters */

/* Characters beyond `max` are only counted: such a word is unknown. */
typedef struct mpb_word {
    size_t max;
    size_t count;  /* characters */
    uint32_t last; /* source code point of the latest character */
    char text[4 * MPB_WORD_MAX];
    uint16_t end[MPB_WORD_MAX + 1]; /* character i is text[end[i], end[i+1]) */
    uint32_t source[MPB_WORD_MAX];  /* which code point of the source text it came from */
} mpb_word;

void mpb_word_init(mpb_word *word, size_t max);
void mpb_word_push(mpb_word *word, uint32_t code, uint32_t source);

/* Appends the word's pieces, longest match first, or `unknown` where that fails, and empties the
 * word. An empty word gives nothing. */
MPB_MUST_CHECK mpb_status mpb_word_finish(mpb_word *word, const mpb_vocabulary *vocabulary,
                                          uint32_t unknown, mpb_token_list *tokens);
