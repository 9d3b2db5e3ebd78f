#include "pieces.h"

#include <string.h>

mpb_status mpb_match_word(mpb_text_encoder *e, const char *word, size_t size, size_t characters,
                          uint32_t first)
{
    const mpb_vocabulary *vocabulary = &e->tokenizer->vocabulary;
    size_t count = 0;

    if (characters <= e->word.max) {
        count = mpb_wordpiece_match(&vocabulary->wordpiece, word, size, e->pieces);
    }
    if (count == 0) {
        return mpb_token_list_add(e->tokens, e->tokenizer->unknown, first,
                                  first + (uint32_t)characters);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t end = first + vocabulary->lengths[e->pieces[i]];

        MPB_TRY(mpb_token_list_add(e->tokens, e->pieces[i], first, end));
        first = end;
    }
    return MPB_OK;
}

/* Gives the word its place, if its tokens from tokens[begin] on are few enough. */
static void remember(mpb_word_cache *cache, mpb_word_key key, const mpb_token_list *tokens,
                     size_t begin)
{
    mpb_cached_word *place = mpb_word_cache_place(cache, key);
    size_t count = tokens->count - begin;

    if (count > MPB_CACHED_PIECES) {
        return;
    }
    place->key = key;
    place->count = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        place->ids[i] = tokens->ids[begin + i];
        place->ends[i] = (uint8_t)(tokens->char_end[begin + i] - tokens->char_start[begin]);
    }
}

mpb_status mpb_learn_word(mpb_text_encoder *e, mpb_word_key key, size_t characters, uint32_t first)
{
    size_t begin = e->tokens->count;
    char word[sizeof(key)];

    memcpy(word, &key, sizeof(key));
    MPB_TRY(mpb_match_word(e, word, mpb_word_key_length(key), characters, first));
    remember(&e->cache, key, e->tokens, begin);
    return MPB_OK;
}
