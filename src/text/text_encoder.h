#pragma once

/* What turns texts into tokens, and how far it has come with the current one. */

#include "characters.h"
#include "mpibert/text/tokenizer.h"
#include "normal_text.h"
#include "tokenizer_internal.h"
#include "word.h"
#include "word_cache.h"

/* What begins with an ASCII byte. */
typedef enum mpb_ascii_class {
    MPB_ASCII_OTHER,       /* not settled by this byte alone, or not ASCII */
    MPB_ASCII_WORD,        /* a letter or digit */
    MPB_ASCII_SPACE,       /* ends a word */
    MPB_ASCII_PUNCTUATION, /* a word of its own */
} mpb_ascii_class;

struct mpb_text_encoder {
    const mpb_tokenizer *tokenizer; /* borrowed */
    mpb_characters characters;
    mpb_word_cache cache;
    mpb_word word;                         /* the one that is being put together */
    uint32_t pieces[MPB_WORD_MAX];         /* of the word that is being matched */
    uint8_t ascii_classes[256];            /* mpb_ascii_class of each byte */
    uint32_t punctuation[MPB_ASCII_COUNT]; /* ids of ASCII punctuation */
    char to_lower;                         /* bit that makes ASCII lower case, or 0 */

    bool normalises;        /* characters go to `normal` rather than into words */
    mpb_normal_text normal; /* of the segment, where added tokens are looked for in it */

    mpb_token_list *tokens; /* borrowed, as is the text */
    const char *text;
    size_t size;
    size_t begin; /* of the segment between added tokens, bytes */
    size_t end;
    size_t at;         /* the next character of the segment, bytes */
    uint32_t position; /* the same in code points of the whole text */
};

/* Replaces e->normal by what the normaliser leaves of text[0, size). */
MPB_MUST_CHECK mpb_status mpb_text_encoder_normalise(mpb_text_encoder *e, const char *text,
                                                     size_t size);

/* Each moves over text[e->at, e->end) and appends the tokens that end there. */

/* Whole ASCII words; stops before a word that takes more than a look at its bytes. No word may have
 * been begun. */
MPB_MUST_CHECK mpb_status mpb_encode_ascii(mpb_text_encoder *e);

/* Any characters, at least one, until ASCII begins between words. */
MPB_MUST_CHECK mpb_status mpb_encode_characters(mpb_text_encoder *e);

/* Sets up what mpb_encode_ascii looks at. */
void mpb_encode_ascii_prepare(mpb_text_encoder *e);
