/* From text to tokens in one pass.
 *
 * Special tokens cut the raw text into segments; a segment is normalised, split into words and
 * matched on its own. Each normalised character knows the code point of the source it came from.
 */

#include "text_encoder.h"

#include <stdlib.h>
#include <string.h>

#include "characters_path.h"
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
        free(*encoder);
        *encoder = NULL;
    }
}

/* Tokens of text[e->at, e->end), which holds no special token. */
static mpb_status encode_segment(mpb_text_encoder *e)
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

/* The special token spelled at text[at], or NULL. */
static const mpb_special *special_at(const mpb_tokenizer *tokenizer, const char *text, size_t size,
                                     size_t at)
{
    for (size_t i = 0; i < MPB_NUM_SPECIALS; i++) {
        const mpb_special *special = &tokenizer->specials[i];

        if (special->id != MPB_NO_TOKEN && special->length <= size - at &&
            memcmp(text + at, special->text, special->length) == 0) {
            return special;
        }
    }
    return NULL;
}

/* The first special token from `from` on and where it stands, or NULL and the end of the text. */
static const mpb_special *next_special(const mpb_tokenizer *tokenizer, const char *text,
                                       size_t size, size_t from, size_t *at)
{
    while (from < size) {
        const char *bracket = memchr(text + from, '[', size - from);
        const mpb_special *special;

        if (bracket == NULL) {
            break;
        }
        from = (size_t)(bracket - text);
        special = special_at(tokenizer, text, size, from);
        if (special != NULL) {
            *at = from;
            return special;
        }
        from++;
    }
    *at = size;
    return NULL;
}

static void start(mpb_text_encoder *e, const char *text, size_t size, mpb_token_list *tokens)
{
    e->text = text;
    e->size = size;
    e->at = 0;
    e->position = 0;
    e->tokens = tokens;
    tokens->count = 0;
    mpb_word_empty(&e->word);
}

mpb_status mpb_text_encoder_encode(mpb_text_encoder *e, const char *text, size_t size,
                                   mpb_token_list *tokens)
{
    const mpb_special *special;

    MPB_REQUIRE(size < UINT32_MAX, MPB_ERR_DATA, "a text of %zu bytes, at most %u were expected",
                size, UINT32_MAX - 1);
    start(e, text, size, tokens);
    do {
        special = next_special(e->tokenizer, text, size, e->at, &e->end);
        MPB_TRY(encode_segment(e));
        if (special != NULL) {
            uint32_t end = e->position + (uint32_t)special->length;

            MPB_TRY(mpb_token_list_add(tokens, special->id, e->position, end));
            e->position = end;
            e->at += special->length;
        }
    } while (special != NULL);
    return MPB_OK;
}
