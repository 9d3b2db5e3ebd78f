#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"

static mpb_status allocate(mpb_vocabulary *vocabulary, const mpb_strings *tokens)
{
    size_t bytes = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        bytes += strlen(tokens->items[i]) + 1;
    }
    MPB_REQUIRE(bytes < INT32_MAX, MPB_ERR_DATA,
                "the vocabulary has %zu bytes, at most %d were expected", bytes, INT32_MAX);
    vocabulary->bytes = malloc(bytes + 1);
    vocabulary->starts = malloc((tokens->count + 1) * sizeof(*vocabulary->starts));
    vocabulary->lengths = malloc((tokens->count + 1) * sizeof(*vocabulary->lengths));
    MPB_REQUIRE(vocabulary->bytes != NULL && vocabulary->starts != NULL &&
                    vocabulary->lengths != NULL,
                MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens", tokens->count);
    return MPB_OK;
}

static uint16_t length_of(const char *token, size_t size)
{
    size_t skip = mpb_trie_continues_word(token) ? MPB_CONTINUATION_MARK : 0;
    size_t length = mpb_utf8_length(token + skip, size - skip);

    return (uint16_t)(length < UINT16_MAX ? length : UINT16_MAX);
}

static void copy_tokens(mpb_vocabulary *vocabulary, const mpb_strings *tokens)
{
    uint32_t end = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        size_t size = strlen(tokens->items[i]);

        vocabulary->starts[i] = end;
        vocabulary->lengths[i] = length_of(tokens->items[i], size);
        memcpy(vocabulary->bytes + end, tokens->items[i], size + 1);
        end += (uint32_t)size + 1;
    }
    vocabulary->count = tokens->count;
}

mpb_status mpb_vocabulary_init(mpb_vocabulary *vocabulary, const mpb_strings *tokens,
                               size_t num_pieces)
{
    MPB_TRY(allocate(vocabulary, tokens));
    copy_tokens(vocabulary, tokens);
    MPB_TRY(mpb_trie_init(&vocabulary->trie, vocabulary->bytes, vocabulary->starts, num_pieces));
    return mpb_wordpiece_init(&vocabulary->wordpiece, &vocabulary->trie);
}

void mpb_vocabulary_clear(mpb_vocabulary *vocabulary)
{
    mpb_wordpiece_clear(&vocabulary->wordpiece);
    mpb_trie_clear(&vocabulary->trie);
    free(vocabulary->bytes);
    free(vocabulary->starts);
    free(vocabulary->lengths);
    *vocabulary = (mpb_vocabulary){0};
}
