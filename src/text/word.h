#pragma once

/* One normalised word on its way to WordPiece. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/utf8.h"
#include "window.h"

enum { MPB_WORD_MAX = 1024 }; /* upper limit of options.max_word_characters */

/* Characters beyond `max` are only counted: such a word is unknown. */
typedef struct mpb_word {
    size_t max;
    size_t count;  /* characters */
    size_t size;   /* bytes */
    uint32_t last; /* source code point of the latest character */
    char text[4 * MPB_WORD_MAX + MPB_WINDOW];
    uint32_t source[MPB_WORD_MAX]; /* which code point of the source text a character came from */
} mpb_word;

static inline void mpb_word_empty(mpb_word *word)
{
    word->count = 0;
    word->size = 0;
}

static inline void mpb_word_push(mpb_word *word, uint32_t code, uint32_t source)
{
    word->last = source;
    if (word->count < word->max) {
        word->source[word->count] = source;
        word->size += mpb_utf8_encode(code, word->text + word->size);
    }
    word->count++;
}
