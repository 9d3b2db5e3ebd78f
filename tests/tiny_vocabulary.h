#pragma once

/* A vocabulary in which a token's number can be read from its name:
 *
 *     [PAD] [UNK] [CLS] [SEP] [MASK] w0 ... w29 ##a ##b
 */

#include "check.h"
#include "mpibert/core/strings.h"
#include "mpibert/text/tokenizer.h"

enum {
    TINY_CLS = 2,
    TINY_SEP = 3,
    TINY_W0 = 5,
    TINY_NUM_WORDS = 30,
    TINY_A = TINY_W0 + TINY_NUM_WORDS, /* "w1a" is w1 ##a */
    TINY_B,
    TINY_SIZE,
};

static inline void tiny_tokenizer(mpb_tokenizer **tokenizer)
{
    static const char *const special[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    const mpb_tokenizer_options settings = {.lowercase = true,
                                            .strip_accents = true,
                                            .split_chinese = true,
                                            .clean_text = true,
                                            .max_word_characters = 100};
    mpb_strings vocabulary = {0};
    char word[16];

    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, special[i], strlen(special[i])));
    }
    for (int i = 0; i < TINY_NUM_WORDS; i++) {
        snprintf(word, sizeof(word), "w%d", i);
        CHECK_OK(mpb_strings_add(&vocabulary, word, strlen(word)));
    }
    CHECK_OK(mpb_strings_add(&vocabulary, "##a", 3));
    CHECK_OK(mpb_strings_add(&vocabulary, "##b", 3));
    CHECK(vocabulary.count == TINY_SIZE);
    CHECK_OK(mpb_tokenizer_create(&vocabulary, &settings, "test", tokenizer));
    mpb_strings_clear(&vocabulary);
}
