#pragma once

/* Model directories whose tokenizer's files are fuzzed. */

#include "fuzz_file.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/sha256.h"

/* What loads can be used: it knows the ids that it gives. */
static inline void fuzz_tokenizer_use(const mpb_tokenizer *tokenizer)
{
    static const char text[] = "A <x> ab<y>, Unaffable [SEP]  [MASK] \xC3\x89\xE4\xB8\xAD <X>1!";
    mpb_token_list tokens = {0};
    mpb_text_encoder *encoder = NULL;

    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    CHECK_OK(mpb_text_encoder_encode(encoder, text, sizeof(text) - 1, &tokens));
    for (size_t i = 0; i < tokens.count; i++) {
        CHECK(tokens.ids[i] < mpb_tokenizer_vocab_size(tokenizer));
        CHECK(mpb_tokenizer_token(tokenizer, tokens.ids[i]) != NULL);
    }
    mpb_token_list_clear(&tokens);
    mpb_text_encoder_destroy(&encoder);
}

/* The directory is fuzz_folder(). */
static inline void fuzz_tokenizer_load(void)
{
    mpb_tokenizer *tokenizer = NULL;
    char digest[MPB_SHA256_TEXT] = "";

    if (mpb_tokenizer_load(fuzz_folder(), &tokenizer, digest) == MPB_OK) {
        CHECK(strlen(digest) == MPB_SHA256_TEXT - 1);
        fuzz_tokenizer_use(tokenizer);
        mpb_tokenizer_destroy(&tokenizer);
    }
    CHECK(tokenizer == NULL);
}
