#include "mpibert/text/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "tokenizer_internal.h"
#include "word.h"

/* [MASK] alone may be missing: a vocabulary without it serves everything but masked language
 * modelling. */
static const char *const special_texts[MPB_NUM_SPECIALS] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]",
                                                            "[MASK]"};

static mpb_status find_specials(mpb_tokenizer *tokenizer, const char *where)
{
    for (size_t i = 0; i < MPB_NUM_SPECIALS; i++) {
        const char *text = special_texts[i];
        size_t length = strlen(text);
        uint32_t id = mpb_trie_find(&tokenizer->vocabulary.trie, text);

        MPB_REQUIRE(id != MPB_NO_TOKEN || strcmp(text, "[MASK]") == 0, MPB_ERR_DATA,
                    "the vocabulary of %zu tokens has no %s, which BERT needs (%s)",
                    tokenizer->vocabulary.count, text, where);
        tokenizer->specials[i] = (mpb_special){text, length, id};
    }
    tokenizer->unknown = tokenizer->specials[0].id;
    return MPB_OK;
}

static mpb_status check_options(const mpb_tokenizer_options *options, const char *where)
{
    int max = options->max_word_characters;

    MPB_REQUIRE(max >= 1 && max <= MPB_WORD_MAX, MPB_ERR_DATA,
                "words of at most %d characters, 1 to %d were expected (%s)", max, MPB_WORD_MAX,
                where);
    return MPB_OK;
}

static mpb_status fill(mpb_tokenizer *tokenizer, const mpb_strings *vocabulary,
                       const mpb_tokenizer_options *options, const char *where)
{
    MPB_TRY(check_options(options, where));
    MPB_TRY(mpb_vocabulary_init(&tokenizer->vocabulary, vocabulary, where));
    MPB_TRY(find_specials(tokenizer, where));
    tokenizer->options = *options;
    return MPB_OK;
}

mpb_status mpb_tokenizer_create(const mpb_strings *vocabulary, const mpb_tokenizer_options *options,
                                const char *where, mpb_tokenizer **tokenizer)
{
    mpb_tokenizer *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a tokenizer");
    status = fill(made, vocabulary, options, where);
    if (status != MPB_OK) {
        mpb_tokenizer_destroy(&made);
        return status;
    }
    *tokenizer = made;
    return MPB_OK;
}

void mpb_tokenizer_destroy(mpb_tokenizer **tokenizer)
{
    if (*tokenizer != NULL) {
        mpb_vocabulary_clear(&(*tokenizer)->vocabulary);
        free(*tokenizer);
        *tokenizer = NULL;
    }
}

size_t mpb_tokenizer_vocab_size(const mpb_tokenizer *tokenizer)
{
    return tokenizer->vocabulary.count;
}

const char *mpb_tokenizer_token(const mpb_tokenizer *tokenizer, uint32_t id)
{
    return id < tokenizer->vocabulary.count
               ? tokenizer->vocabulary.bytes + tokenizer->vocabulary.starts[id]
               : NULL;
}

int64_t mpb_tokenizer_id(const mpb_tokenizer *tokenizer, const char *token)
{
    uint32_t id = mpb_trie_find(&tokenizer->vocabulary.trie, token);

    return id == MPB_NO_TOKEN ? -1 : (int64_t)id;
}

const mpb_tokenizer_options *mpb_tokenizer_settings(const mpb_tokenizer *tokenizer)
{
    return &tokenizer->options;
}
