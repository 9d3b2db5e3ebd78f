/* The fast way through ASCII: one look at sixteen bytes finds the end of a word, makes it lower
 * case and gives its key for the cache. */

#include <assert.h>

#include "pieces.h"

enum { ALONE = 1 }; /* characters of a punctuation mark */

static mpb_ascii_class class_of(mpb_char_action action, uint32_t c)
{
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

    if (letter) {
        return MPB_ASCII_WORD;
    }
    if (action.kind == MPB_CHAR_SPACE) {
        return MPB_ASCII_SPACE;
    }
    return action.kind == MPB_CHAR_PUNCTUATION ? MPB_ASCII_PUNCTUATION : MPB_ASCII_OTHER;
}

static uint32_t id_alone(const mpb_tokenizer *tokenizer, uint32_t c)
{
    const char token[] = {(char)c, '\0'};
    uint32_t id = mpb_trie_find(&tokenizer->vocabulary.trie, token);

    return id == MPB_NO_TOKEN ? tokenizer->unknown : id;
}

void mpb_encode_ascii_prepare(mpb_text_encoder *e)
{
    for (uint32_t c = 0; c < MPB_ASCII_COUNT; c++) {
        e->ascii_classes[c] = (uint8_t)class_of(mpb_characters_action(&e->characters, c), c);
        e->punctuation[c] = id_alone(e->tokenizer, c);
    }
    e->to_lower = e->tokenizer->options.lowercase ? 'a' - 'A' : 0;
}

/* Adds the first `length` bytes of the window. Digits have the bit of lower case anyway. */
static mpb_status add_window(mpb_text_encoder *e, __m128i window, size_t length, uint32_t position)
{
    __m128i lower = _mm_or_si128(window, _mm_set1_epi8(e->to_lower));

    return mpb_add_word(e, mpb_window_key(lower, length), length, position);
}

static mpb_ascii_class class_at(const mpb_text_encoder *e, size_t at)
{
    return at < e->end ? e->ascii_classes[(unsigned char)e->text[at]] : MPB_ASCII_SPACE;
}

mpb_status mpb_encode_ascii(mpb_text_encoder *e)
{
    uint32_t lead = (uint32_t)e->at - e->position; /* of bytes over code points */
    size_t at = e->at;

    while (at < e->end) {
        mpb_ascii_class class = class_at(e, at);

        if (class == MPB_ASCII_WORD) {
            __m128i window = mpb_window_load(e->text + at, e->size - at);
            size_t length = mpb_window_word(window);

            length = length < e->end - at ? length : e->end - at; /* an added token may follow */
            assert(length > 0);
            if (length > MPB_CACHED_BYTES || class_at(e, at + length) == MPB_ASCII_OTHER) {
                break;
            }
            MPB_TRY(add_window(e, window, length, (uint32_t)at - lead));
            at += length;
        } else if (class == MPB_ASCII_PUNCTUATION) {
            uint32_t position = (uint32_t)at - lead;

            MPB_TRY(mpb_token_list_add(e->tokens, e->punctuation[(unsigned char)e->text[at]],
                                       position, position + ALONE));
            at++;
        } else if (class == MPB_ASCII_SPACE) {
            at++;
        } else {
            break;
        }
    }
    e->at = at;
    e->position = (uint32_t)at - lead;
    return MPB_OK;
}
