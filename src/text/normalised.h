#pragma once

/* Where a character goes as normalisation leaves it: into e->word, or into e->normal. */

#include "text_encoder.h"

/* Appends the tokens of e->word, if it holds anything, and empties it. */
MPB_MUST_CHECK mpb_status mpb_finish_word(mpb_text_encoder *e);

/* Takes what does not go on with a word: whatever is normalised text, and what is no letter. */
MPB_MUST_CHECK mpb_status mpb_add_apart(mpb_text_encoder *e, mpb_char_kind kind, uint32_t code,
                                        uint32_t source);

/* Takes any character. */
static inline mpb_status mpb_add_normalised(mpb_text_encoder *e, mpb_char_kind kind, uint32_t code,
                                            uint32_t source)
{
    if (e->normalises || kind != MPB_CHAR_LETTER) {
        return mpb_add_apart(e, kind, code, source);
    }
    mpb_word_push(&e->word, code, source);
    return MPB_OK;
}
