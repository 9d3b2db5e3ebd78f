/* The tokenizer: tokens of any text are of the vocabulary and lie in the text, one after the other.
 * They are the same for words that the encoder remembers, and behind blanks. */

#include "fuzz.h"
#include "mpibert/text/tokenizer.h"

static const char *const vocabulary[] = {
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a",    "b",  "i",      "s",        "un",
    "aff",   "##a",   "##b",   "##i",   "##s",    "##un", "##", "#",      "!",        "'",
    "[",     "]",     "1",     "##1",   "é",      "##é",  "ß",  "##ß",    "i\u0307",  "##\u0307",
    "中",    "文",    "가",    "##가",  "が",     "か",   "ε",  "\u3099", "##\u3099", "🙂"};

static const mpb_tokenizer_options options[] = {
    {.lowercase = true,
     .strip_accents = true,
     .split_chinese = true,
     .clean_text = true,
     .max_word_characters = 100},
    {.split_chinese = true, .clean_text = true, .max_word_characters = 100},
    {.lowercase = true, .max_word_characters = 3},
    {.strip_accents = true, .split_chinese = true, .max_word_characters = 1},
};

enum {
    NUM_OPTIONS = sizeof(options) / sizeof(options[0]),
    NUM_WORDS = sizeof(vocabulary) / sizeof(vocabulary[0]),
    NUM_TOKENIZERS =
        3 * NUM_OPTIONS, /* without added tokens, with them, with those that strip left */
    BLANKS = 5
};

static const mpb_added_token added[] = {
    {.text = "<a>", .id = NUM_WORDS},
    {.text = "ab", .id = NUM_WORDS + 1, .single_word = true},
    {.text = "s a", .id = NUM_WORDS + 2, .normalized = true},
    {.text = "É", .id = NUM_WORDS + 3, .normalized = true, .rstrip = true},
    {.text = "中", .id = 30, .normalized = true},
    {.text = "un", .id = 9, .rstrip = true},
    {.text = "[MASK]", .id = 4, .lstrip = true},
    {.text = "<l>", .id = NUM_WORDS + 4, .lstrip = true, .rstrip = true, .normalized = true},
};

enum { NUM_ADDED = sizeof(added) / sizeof(added[0]), NUM_STRIPPING = 2 };

static mpb_tokenizer *tokenizers[NUM_TOKENIZERS];
static mpb_text_encoder *encoders[NUM_TOKENIZERS];

static void create_encoders(void)
{
    mpb_strings tokens = {0};

    for (size_t i = 0; i < NUM_WORDS; i++) {
        CHECK_OK(mpb_strings_add(&tokens, vocabulary[i], strlen(vocabulary[i])));
    }
    for (size_t i = 0; i < NUM_TOKENIZERS; i++) {
        size_t count = i < NUM_OPTIONS ? 0 : NUM_ADDED;

        count -= count > 0 && i < 2 * NUM_OPTIONS ? NUM_STRIPPING : 0;
        CHECK_OK(mpb_tokenizer_create_added(&tokens, added, count, &options[i % NUM_OPTIONS],
                                            "vocabulary", &tokenizers[i]));
        CHECK_OK(mpb_text_encoder_create(tokenizers[i], &encoders[i]));
    }
    mpb_strings_clear(&tokens);
}

static void check_tokens(const mpb_tokenizer *tokenizer, const mpb_token_list *tokens,
                         size_t num_chars)
{
    uint32_t start = 0;
    uint32_t end = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        CHECK(tokens->ids[i] < mpb_tokenizer_vocab_size(tokenizer));
        CHECK(tokens->char_start[i] >= start && tokens->char_end[i] >= end);
        CHECK(tokens->char_start[i] < tokens->char_end[i]);
        start = tokens->char_start[i];
        end = tokens->char_end[i];
    }
    CHECK(end <= num_chars);
}

/* `moved` are the same tokens, each `blanks` characters later. */
static void check_same(const mpb_token_list *tokens, const mpb_token_list *moved, uint32_t blanks)
{
    CHECK(moved->count == tokens->count);
    for (size_t i = 0; i < tokens->count; i++) {
        CHECK(moved->ids[i] == tokens->ids[i]);
        CHECK(moved->char_start[i] == tokens->char_start[i] + blanks);
        CHECK(moved->char_end[i] == tokens->char_end[i] + blanks);
    }
}

/* text = BLANKS blanks and the input's `size` bytes. */
static void check_input(size_t which, const char *text, size_t size)
{
    mpb_token_list tokens = {0};
    mpb_token_list again = {0};
    char *input = fuzz_copy((const uint8_t *)text + BLANKS, size);

    CHECK_OK(mpb_text_encoder_encode(encoders[which], input, size, &tokens));
    check_tokens(tokenizers[which], &tokens, mpb_utf8_length(input, size));
    CHECK_OK(mpb_text_encoder_encode(encoders[which], input, size, &again));
    check_same(&tokens, &again, 0);
    CHECK_OK(mpb_text_encoder_encode(encoders[which], text, BLANKS + size, &again));
    if (which < 2 * NUM_OPTIONS) {
        check_same(&tokens, &again, BLANKS);
    }
    mpb_token_list_clear(&tokens);
    mpb_token_list_clear(&again);
    free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t kept;
    char *input = fuzz_utf8(data, size, &kept);
    char *text = malloc(BLANKS + kept);

    CHECK(text != NULL);
    memset(text, ' ', BLANKS);
    memcpy(text + BLANKS, input, kept);
    if (encoders[0] == NULL) {
        create_encoders();
    }
    for (size_t i = 0; i < NUM_TOKENIZERS; i++) {
        check_input(i, text, kept);
    }
    free(text);
    free(input);
    return 0;
}
