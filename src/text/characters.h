#pragma once

/* What BERT's normaliser and pre-tokeniser do with one character.
 *
 * The reference makes four passes over a text: cleaning, blanks around Chinese characters,
 * canonical decomposition without non-spacing marks, lower case; then it splits at white space and
 * punctuation. For nearly every character the outcome depends on that character alone, so it is
 * settled here once, per character, and encoding is one pass. Only the canonical ordering of marks
 * that are not stripped looks at neighbours (see reorder.c).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/text/tokenizer.h"

typedef enum mpb_char_kind {
    MPB_CHAR_UNSEEN,      /* not worked out yet */
    MPB_CHAR_LETTER,      /* part of a word, as `code` */
    MPB_CHAR_SPACE,       /* ends a word */
    MPB_CHAR_PUNCTUATION, /* a word of its own, `code` */
    MPB_CHAR_CHINESE,     /* likewise; blanks were put around it before decomposition */
    MPB_CHAR_CLEANED,     /* removed before anything else saw it */
    MPB_CHAR_SILENT,      /* removed, but marks are not reordered across it */
    MPB_CHAR_MARK,        /* combining, removed */
    MPB_CHAR_KEPT_MARK,   /* combining, something of it remains */
    MPB_CHAR_SEVERAL,     /* not combining, becomes several characters */
} mpb_char_kind;

typedef struct mpb_char_action {
    mpb_char_kind kind : 8;
    uint32_t code : 24;
} mpb_char_action;

enum {
    MPB_CODE_POINTS = 0x110000,
    MPB_ASCII_COUNT = 0x80,
    MPB_DECOMPOSED = 4, /* longest canonical decomposition */
    MPB_LOWERED = 2,    /* longest lower case */
};

/* Filled as characters come by. What no text uses stays zero and, in pages of 4 KiB, takes no
 * memory. */
typedef struct mpb_characters {
    mpb_tokenizer_options options;
    mpb_char_action *actions; /* owned, (MPB_CODE_POINTS) */
} mpb_characters;

MPB_MUST_CHECK mpb_status mpb_characters_init(mpb_characters *characters,
                                              const mpb_tokenizer_options *options);
void mpb_characters_clear(mpb_characters *characters);

/* The action for a code point, without the table. */
mpb_char_action mpb_characters_work_out(const mpb_tokenizer_options *options, uint32_t c);

static inline mpb_char_action mpb_characters_action(mpb_characters *characters, uint32_t c)
{
    mpb_char_action *action = &characters->actions[c];

    if (action->kind == MPB_CHAR_UNSEEN) {
        *action = mpb_characters_work_out(&characters->options, c);
    }
    return *action;
}

/* One character after decomposition where accents are stripped, otherwise `c` itself: the number
 * of code points in `out`. */
size_t mpb_characters_decompose(const mpb_tokenizer_options *options, uint32_t c,
                                uint32_t out[MPB_DECOMPOSED]);

/* Lower case where the options ask for it: the number of code points in `out`. */
size_t mpb_characters_lower(const mpb_tokenizer_options *options, uint32_t c,
                            uint32_t out[MPB_LOWERED]);

/* LETTER, SPACE or PUNCTUATION, for a fully normalised code point. */
mpb_char_kind mpb_characters_split_kind(uint32_t c);

/* What regular expressions call \s and \w (Unicode Technical Standard 18, annex C). */
bool mpb_characters_is_space(uint32_t c);
bool mpb_characters_is_word(uint32_t c);

/* Canonical combining class; 0 for characters that do not combine. */
int mpb_characters_combining_class(uint32_t c);

/* Whether stripping accents removes the decomposed code point. */
bool mpb_characters_is_accent(uint32_t c);
