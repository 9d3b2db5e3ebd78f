#include "word.h"

#include "mpibert/core/utf8.h"
#include "token_list.h"

void mpb_word_init(mpb_word *word, size_t max)
{
    word->max = max;
    word->count = 0;
    word->last = 0;
    word->end[0] = 0;
}

void mpb_word_push(mpb_word *word, uint32_t code, uint32_t source)
{
    size_t at = word->count++;

    word->last = source;
    if (at < word->max) {
        uint16_t start = word->end[at];

        word->source[at] = source;
        word->end[at + 1] = (uint16_t)(start + mpb_utf8_encode(code, word->text + start));
    }
}

/* The longest token that begins at character `from`: its id, and one past its last character. */
static uint32_t longest_match(const mpb_word *word, const mpb_vocabulary *vocabulary, size_t from,
                              size_t *to)
{
    uint64_t hashes[MPB_WORD_MAX + 1]; /* of the characters [from, i) */
    const char *text = word->text + word->end[from];
    size_t i = from;

    hashes[from] = mpb_vocabulary_hash_start(from > 0);
    while (i < word->count && (size_t)(word->end[i + 1] - word->end[from]) <= vocabulary->longest) {
        uint64_t hash = hashes[i];

        for (size_t at = word->end[i]; at < word->end[i + 1]; at++) {
            hash = mpb_vocabulary_hash_byte(hash, word->text[at]);
        }
        hashes[++i] = hash;
    }
    for (; i > from; i--) {
        size_t length = (size_t)(word->end[i] - word->end[from]);
        uint32_t id = mpb_vocabulary_find(vocabulary, hashes[i], from > 0, text, length);

        if (id != MPB_NO_TOKEN) {
            *to = i;
            return id;
        }
    }
    return MPB_NO_TOKEN;
}

/* Appends all pieces, or none where some part of the word matches no token. */
static mpb_status append_pieces(const mpb_word *word, const mpb_vocabulary *vocabulary,
                                mpb_token_list *tokens)
{
    size_t before = tokens->count;
    size_t from = 0;

    while (from < word->count) {
        size_t to = from;
        uint32_t id = longest_match(word, vocabulary, from, &to);

        if (id == MPB_NO_TOKEN) {
            tokens->count = before;
            return MPB_OK;
        }
        MPB_TRY(mpb_token_list_add(tokens, id, word->source[from], word->source[to - 1] + 1));
        from = to;
    }
    return MPB_OK;
}

mpb_status mpb_word_finish(mpb_word *word, const mpb_vocabulary *vocabulary, uint32_t unknown,
                           mpb_token_list *tokens)
{
    size_t before = tokens->count;
    size_t count = word->count;

    if (count == 0) {
        return MPB_OK;
    }
    if (count <= word->max) {
        MPB_TRY(append_pieces(word, vocabulary, tokens));
    }
    word->count = 0;
    if (tokens->count == before) {
        MPB_TRY(mpb_token_list_add(tokens, unknown, word->source[0], word->last + 1));
    }
    return MPB_OK;
}
