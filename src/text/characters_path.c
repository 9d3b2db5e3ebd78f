#include "characters_path.h"

#include "mpibert/core/utf8.h"
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

mpb_status mpb_add_normalised(mpb_text_encoder *e, mpb_char_kind kind, uint32_t code,
                              uint32_t source)
{
    if (e->normalises) {
        return add_to_normal(&e->normal, kind, code, source);
    }
    if (kind == MPB_CHAR_LETTER) {
        mpb_word_push(&e->word, code, source);
        return MPB_OK;
    }
    return kind == MPB_CHAR_SPACE ? mpb_finish_word(e) : add_alone(e, code, source);
}

mpb_status mpb_add_decomposed(mpb_text_encoder *e, uint32_t part, uint32_t source)
{
    const mpb_tokenizer_options *options = &e->characters.options;
    uint32_t lower[MPB_LOWERED];
    size_t count;

    if (options->strip_accents && mpb_characters_is_accent(part)) {
        return MPB_OK;
    }
    count = mpb_characters_lower(options, part, lower);
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_add_normalised(e, mpb_characters_split_kind(lower[i]), lower[i], source));
    }
    return MPB_OK;
}

static mpb_status add_character(mpb_text_encoder *e, uint32_t c, size_t length)
{
    mpb_char_action action = mpb_characters_action(&e->characters, c);

    switch (action.kind) {
    case MPB_CHAR_LETTER:
    case MPB_CHAR_SPACE:
    case MPB_CHAR_PUNCTUATION:
    case MPB_CHAR_CHINESE:
        MPB_TRY(mpb_add_normalised(e, action.kind, action.code, e->position));
        break;
    case MPB_CHAR_KEPT_MARK:
        return mpb_add_kept_mark(e);
    case MPB_CHAR_SEVERAL:
        return mpb_add_several(e, c, length);
    case MPB_CHAR_UNSEEN:
    case MPB_CHAR_CLEANED:
    case MPB_CHAR_SILENT:
    case MPB_CHAR_MARK:
        break;
    }
    e->at += length;
    e->position++;
    return MPB_OK;
}

mpb_status mpb_encode_characters(mpb_text_encoder *e)
{
    do {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(e->text + e->at, e->end - e->at, &c);

        MPB_REQUIRE(length > 0, MPB_ERR_DATA, "the text is no UTF-8 from byte %zu on", e->at);
        MPB_TRY(add_character(e, c, length));
    } while (e->at < e->end && (e->word.count > 0 || (unsigned char)e->text[e->at] >= 0x80));
    return MPB_OK;
}
