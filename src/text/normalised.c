#include "normalised.h"

#include "pieces.h"

/* Tokens from `begin` on count characters of the word: they become those of the source. */
static void follow_sources(mpb_token_list *tokens, size_t begin, const uint32_t *source)
{
    for (size_t i = begin; i < tokens->count; i++) {
        tokens->char_start[i] = source[tokens->char_start[i]];
        tokens->char_end[i] = source[tokens->char_end[i] - 1] + 1;
    }
}

static mpb_status add_pieces(mpb_text_encoder *e)
{
    const mpb_word *word = &e->word;

    if (word->size <= MPB_CACHED_BYTES) {
        __m128i window = mpb_window_load(word->text, sizeof(word->text));

        return mpb_add_word(e, mpb_window_key(window, word->size), word->count, 0);
    }
    return mpb_match_word(e, word->text, word->size, word->count, 0);
}

mpb_status mpb_finish_word(mpb_text_encoder *e)
{
    mpb_word *word = &e->word;
    size_t begin = e->tokens->count;

    if (word->count == 0) {
        return MPB_OK;
    }
    if (word->count > word->max) {
        MPB_TRY(
            mpb_token_list_add(e->tokens, e->tokenizer->unknown, word->source[0], word->last + 1));
    } else {
        MPB_TRY(add_pieces(e));
        follow_sources(e->tokens, begin, word->source);
    }
    mpb_word_empty(word);
    return MPB_OK;
}

static mpb_status add_alone(mpb_text_encoder *e, uint32_t code, uint32_t source)
{
    MPB_TRY(mpb_finish_word(e));
    mpb_word_push(&e->word, code, source);
    return mpb_finish_word(e);
}

/* What the normaliser leaves of a text, in order. It puts blanks around Chinese characters. */
static mpb_status add_to_normal(mpb_normal_text *normal, mpb_char_kind kind, uint32_t code,
                                uint32_t source)
{
    if (kind != MPB_CHAR_CHINESE) {
        return mpb_normal_text_push(normal, code, source);
    }
    MPB_TRY(mpb_normal_text_push(normal, ' ', source));
    MPB_TRY(mpb_normal_text_push(normal, code, source));
    return mpb_normal_text_push(normal, ' ', source);
}

mpb_status mpb_add_apart(mpb_text_encoder *e, mpb_char_kind kind, uint32_t code, uint32_t source)
{
    if (e->normalises) {
        return add_to_normal(&e->normal, kind, code, source);
    }
    return kind == MPB_CHAR_SPACE ? mpb_finish_word(e) : add_alone(e, code, source);
}
