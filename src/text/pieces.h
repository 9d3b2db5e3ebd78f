#pragma once

/* From a normalised word to the tokens of the list: out of the cache, or matched. */

#include "text_encoder.h"
#include "token_list.h"

/* Appends the tokens of word[0, size), a word of `characters` characters: consecutive ones of the
 * source, of which `first` is the first. */
MPB_MUST_CHECK mpb_status mpb_match_word(mpb_text_encoder *e, const char *word, size_t size,
                                         size_t characters, uint32_t first);

/* The same for the word with the key, which takes its place in the cache. */
MPB_MUST_CHECK mpb_status mpb_learn_word(mpb_text_encoder *e, mpb_word_key key, size_t characters,
                                         uint32_t first);

static inline mpb_status mpb_add_cached(mpb_token_list *tokens, const mpb_cached_word *word,
                                        uint32_t first)
{
    size_t at = tokens->count;
    uint32_t start = first;

    MPB_TRY(mpb_token_list_reserve(tokens, MPB_CACHED_PIECES));
    for (size_t i = 0; i < word->count; i++) {
        tokens->ids[at + i] = word->ids[i];
        tokens->char_start[at + i] = start;
        start = first + word->ends[i];
        tokens->char_end[at + i] = start;
    }
    tokens->count = at + word->count;
    return MPB_OK;
}

static inline mpb_status mpb_add_word(mpb_text_encoder *e, mpb_word_key key, size_t characters,
                                      uint32_t first)
{
    const mpb_cached_word *place = mpb_word_cache_place(&e->cache, key);

    if (mpb_cached_word_is(place, key)) {
        return mpb_add_cached(e->tokens, place, first);
    }
    return mpb_learn_word(e, key, characters, first);
}
