#pragma once

/* The way through any characters: one at a time, into e->word or e->normal. */

#include "text_encoder.h"

/* Appends the tokens of e->word, if it holds anything, and empties it. */
MPB_MUST_CHECK mpb_status mpb_finish_word(mpb_text_encoder *e);

/* Takes a character as normalisation leaves it: into its word, or into e->normal. */
MPB_MUST_CHECK mpb_status mpb_add_normalised(mpb_text_encoder *e, mpb_char_kind kind, uint32_t code,
                                             uint32_t source);

/* Takes one decomposed character the rest of the way: accents, lower case, splitting. */
MPB_MUST_CHECK mpb_status mpb_add_decomposed(mpb_text_encoder *e, uint32_t part, uint32_t source);

/* At a mark of which something stays: appends the run that it is in. */
MPB_MUST_CHECK mpb_status mpb_add_kept_mark(mpb_text_encoder *e);

/* At a character `c` of `length` bytes that becomes several, its last ones perhaps combining. */
MPB_MUST_CHECK mpb_status mpb_add_several(mpb_text_encoder *e, uint32_t c, size_t length);
