/* From text to tokens in one pass.
 *
 * Added tokens cut the raw text into segments; a segment is normalised, split into words and
 * matched on its own. Each normalised character knows the code point of the source it came from.
 * Where added tokens are to be found in normalised text, a segment is normalised as a whole first.
 */

#include "text_encoder.h"

#include <stdlib.h>

#include "mpibert/core/utf8.h"
#include "normalised.h"
#include "token_list.h"

mpb_status mpb_text_encoder_create(const mpb_tokenizer *tokenizer, mpb_text_encoder **encoder)
{
    mpb_text_encoder *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a text encoder");
    made->tokenizer = tokenizer;
    made->word.max = (size_t)tokenizer->options.max_word_characters;
    status = mpb_characters_init(&made->characters, &tokenizer->options);
    if (status == MPB_OK) {
        status = mpb_word_cache_init(&made->cache);
    }
    if (status != MPB_OK) {
        mpb_text_encoder_destroy(&made);
        return status;
    }
    mpb_encode_ascii_prepare(made);
    *encoder = made;
    return MPB_OK;
}

void mpb_text_encoder_destroy(mpb_text_encoder **encoder)
{
    if (*encoder != NULL) {
        mpb_characters_clear(&(*encoder)->characters);
        mpb_word_cache_clear(&(*encoder)->cache);
        mpb_normal_text_clear(&(*encoder)->normal);
        free(*encoder);
        *encoder = NULL;
    }
}

/* Tokens of text[e->at, e->end), which holds no added token. */
static mpb_status encode_plain(mpb_text_encoder *e)
{
    e->begin = e->at;
    while (e->at < e->end) {
        MPB_TRY(mpb_encode_ascii(e));
        if (e->at < e->end) {
            MPB_TRY(mpb_encode_characters(e));
        }
    }
    return mpb_finish_word(e);
}

/* e->normal = text[e->at, e->end) normalised. */
static mpb_status normalise_segment(mpb_text_encoder *e)
{
    mpb_status status = MPB_OK;

    e->begin = e->at;
    e->normal.size = 0;
    e->normalises = true;
    while (status == MPB_OK && e->at < e->end) {
        status = mpb_encode_characters(e);
    }
    e->normalises = false;
    return status;
}

/* Tokens of normal.text[begin, end), which holds no added token. */
static mpb_status split_normal(mpb_text_encoder *e, size_t begin, size_t end)
{
    const mpb_normal_text *normal = &e->normal;

    while (begin < end) {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(normal->text + begin, end - begin, &c);

        MPB_TRY(mpb_add_normalised(e, mpb_characters_split_kind(c), c, normal->source[begin]));
        begin += length;
    }
    return mpb_finish_word(e);
}

/* Tokens of text[e->at, e->end), which is searched once it is normalised. */
static mpb_status encode_normalised(mpb_text_encoder *e)
{
    const mpb_spellings *spellings = &e->tokenizer->normalized;
    const mpb_normal_text *normal = &e->normal;
    mpb_spelling_match match = {.next = 0};
    size_t at = 0;
    bool found;

    MPB_TRY(normalise_segment(e));
    do {
        found = mpb_spellings_next(spellings, normal->text, normal->size, match.next, at, &match);
        MPB_TRY(split_normal(e, at, found ? match.begin : normal->size));
        if (found && match.begin < match.end) {
            MPB_TRY(mpb_token_list_add(e->tokens, match.token->id, normal->source[match.begin],
                                       normal->source[match.end - 1] + 1));
        }
        at = match.end;
    } while (found);
    return MPB_OK;
}

/* Adds the token that was found, and moves behind it. Where the one before took white space along
 * that this one begins with, both have it; where it took all of this one, there is no token. */
static mpb_status add_match(mpb_text_encoder *e, const mpb_spelling_match *match)
{
    uint32_t start = e->position;
    uint32_t end;

    if (match->begin >= match->end) {
        return MPB_OK;
    }
    if (match->begin < e->at) {
        start -= (uint32_t)mpb_utf8_length(e->text + match->begin, e->at - match->begin);
    }
    end = start + (uint32_t)mpb_utf8_length(e->text + match->begin, match->end - match->begin);
    MPB_TRY(mpb_token_list_add(e->tokens, match->token->id, start, end));
    e->position = end;
    e->at = match->end;
    return MPB_OK;
}

static void start(mpb_text_encoder *e, const char *text, size_t size)
{
    e->text = text;
    e->size = size;
    e->at = 0;
    e->end = size;
    e->position = 0;
    mpb_word_empty(&e->word);
}

mpb_status mpb_text_encoder_normalise(mpb_text_encoder *e, const char *text, size_t size)
{
    start(e, text, size);
    return normalise_segment(e);
}

mpb_status mpb_text_encoder_encode(mpb_text_encoder *e, const char *text, size_t size,
                                   mpb_token_list *tokens)
{
    const mpb_tokenizer *tokenizer = e->tokenizer;
    mpb_spelling_match match = {.next = 0};
    bool found;

    MPB_REQUIRE(size < UINT32_MAX, MPB_ERR_DATA, "a text of %zu bytes, at most %u were expected",
                size, UINT32_MAX - 1);
    start(e, text, size);
    e->tokens = tokens;
    tokens->count = 0;
    do {
        found = mpb_spellings_next(&tokenizer->literal, text, size, match.next, e->at, &match);
        e->end = found ? match.begin : size;
        if (e->at < e->end) {
            MPB_TRY(tokenizer->normalized.count > 0 ? encode_normalised(e) : encode_plain(e));
        }
        if (found) {
            MPB_TRY(add_match(e, &match));
        }
    } while (found);
    return MPB_OK;
}
