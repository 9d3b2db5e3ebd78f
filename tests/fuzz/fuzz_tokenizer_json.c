/* tokenizer.json of a model directory: a tokenizer that loads can be used. */

#include "fuzz_file.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/sha256.h"

static void use(const mpb_tokenizer *tokenizer)
{
    static const char text[] = "Unaffable, [SEP] \xC3\x89\xE4\xB8\xAD 1!";
    mpb_token_list tokens = {0};
    mpb_text_encoder *encoder = NULL;

    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    CHECK_OK(mpb_text_encoder_encode(encoder, text, sizeof(text) - 1, &tokens));
    for (size_t i = 0; i < tokens.count; i++) {
        CHECK(mpb_tokenizer_token(tokenizer, tokens.ids[i]) != NULL);
    }
    mpb_token_list_clear(&tokens);
    mpb_text_encoder_destroy(&encoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpb_tokenizer *tokenizer = NULL;
    char digest[MPB_SHA256_TEXT] = "";

    fuzz_file("tokenizer.json", data, size);
    if (mpb_tokenizer_load(fuzz_folder(), &tokenizer, digest) == MPB_OK) {
        CHECK(strlen(digest) == MPB_SHA256_TEXT - 1);
        use(tokenizer);
        mpb_tokenizer_destroy(&tokenizer);
    }
    CHECK(tokenizer == NULL);
    return 0;
}
