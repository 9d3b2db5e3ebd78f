/* tokenizer_config.json and added_tokens.json beside a vocabulary, in one input: a line break parts
 * them. A tokenizer that loads can be used, and knows the ids that it gives. */

#include "fuzz_file.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/sha256.h"

static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

static void use(const mpb_tokenizer *tokenizer)
{
    static const char text[] = "A <x> ab<y>, [SEP]  [MASK] \xC3\x89\xE4\xB8\xAD <X>1!";
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
    const size_t first = end == NULL ? size : (size_t)(end - data);
    mpb_tokenizer *tokenizer = NULL;
    char digest[MPB_SHA256_TEXT] = "";

    fuzz_file("vocab.txt", (const uint8_t *)vocabulary, sizeof(vocabulary) - 1);
    fuzz_file("tokenizer_config.json", data, first);
    fuzz_file("added_tokens.json", end == NULL ? (const uint8_t *)"{}" : end + 1,
              end == NULL ? 2 : size - first - 1);
    if (mpb_tokenizer_load(fuzz_folder(), &tokenizer, digest) == MPB_OK) {
        CHECK(strlen(digest) == MPB_SHA256_TEXT - 1);
        use(tokenizer);
        mpb_tokenizer_destroy(&tokenizer);
    }
    CHECK(tokenizer == NULL);
    return 0;
}
