/* What makes encoding fast must not show: the way through ASCII and the cache of words. */

#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/text/tokenizer.h"

enum {
    MAX_WORD = 20,
    LONGEST = 48,      /* bytes of the texts below: three looks at sixteen bytes */
    NUM_WORDS = 60000, /* more than the cache has places for */
    WORD_SIZE = 16,
};

/* Pieces of one letter and two, so that the words below have few of them. */
static void add_letters(mpb_strings *vocabulary)
{
    for (char first = 'a'; first <= 'z'; first++) {
        char token[] = {'#', '#', first, '\0', '\0'};

        CHECK_OK(mpb_strings_add(vocabulary, token, 3));
        CHECK_OK(mpb_strings_add(vocabulary, token + 2, 1));
        for (token[3] = 'a'; token[3] <= 'z'; token[3]++) {
            CHECK_OK(mpb_strings_add(vocabulary, token, 4));
        }
    }
}

static mpb_tokenizer *make(bool lowercase, bool clean_text)
{
    static const char *const tokens[] = {
        "[UNK]", "[CLS]", "[SEP]", "[PAD]", "ab", "abz", "##abz", "##Z",  "##ZZ",     "Z",
        "0",     "##9",   ".",     "!",     "~",  "##0", "##zzz", "word", "wordword", "wordwordwor",
    };
    mpb_tokenizer_options options = {.lowercase = lowercase,
                                     .strip_accents = lowercase,
                                     .clean_text = clean_text,
                                     .max_word_characters = MAX_WORD};
    mpb_strings vocabulary = {0};
    mpb_tokenizer *tokenizer = NULL;

    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, tokens[i], strlen(tokens[i])));
    }
    add_letters(&vocabulary);
    CHECK_OK(mpb_tokenizer_create(&vocabulary, &options, "V", &tokenizer));
    mpb_strings_clear(&vocabulary);
    return tokenizer;
}

static mpb_text_encoder *make_encoder(const mpb_tokenizer *tokenizer)
{
    mpb_text_encoder *encoder = NULL;

    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    return encoder;
}

static void check_equal(const mpb_token_list *a, const mpb_token_list *b)
{
    CHECK(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        CHECK(a->ids[i] == b->ids[i]);
        CHECK(a->char_start[i] == b->char_start[i] && a->char_end[i] == b->char_end[i]);
    }
}

/* Compares with the text in which a SOFT HYPHEN, which cleaning removes, follows each character:
 * none of its words is all ASCII. */
static void check_against_characters(mpb_text_encoder *encoder, const char *text, size_t size)
{
    char slow[3 * LONGEST];
    mpb_token_list expected = {0};
    mpb_token_list found = {0};

    for (size_t i = 0; i < size; i++) {
        memcpy(slow + 3 * i, (char[]){text[i], '\xC2', '\xAD'}, 3);
    }
    CHECK_OK(mpb_text_encoder_encode(encoder, text, size, &found));
    CHECK_OK(mpb_text_encoder_encode(encoder, slow, 3 * size, &expected));
    for (size_t i = 0; i < expected.count; i++) {
        expected.char_start[i] /= 2;
        expected.char_end[i] = (expected.char_end[i] + 1) / 2;
    }
    check_equal(&found, &expected);
    mpb_token_list_clear(&expected);
    mpb_token_list_clear(&found);
}

static void every_ascii_byte_is_the_same_at_every_place(void)
{
    for (int lowercase = 0; lowercase < 2; lowercase++) {
        mpb_tokenizer *tokenizer = make(lowercase != 0, true);
        mpb_text_encoder *encoder = make_encoder(tokenizer);
        char text[LONGEST];

        for (int byte = 0; byte < 0x80; byte++) {
            for (int at = 0; at < LONGEST; at++) {
                memset(text, byte % 2 == 0 ? 'a' : 'Z', sizeof(text));
                text[at] = (char)byte;
                check_against_characters(encoder, text, sizeof(text));
                check_against_characters(encoder, text, (size_t)at + 1);
            }
        }
        mpb_text_encoder_destroy(&encoder);
        mpb_tokenizer_destroy(&tokenizer);
    }
}

static void words_of_every_length_are_the_same_at_every_place(void)
{
    mpb_tokenizer *tokenizer = make(true, true);
    mpb_text_encoder *encoder = make_encoder(tokenizer);
    const char between[] = {' ', '.', '\t', '\x01'};

    for (size_t start = 0; start < LONGEST; start++) {
        for (size_t end = start; end <= LONGEST; end++) {
            char text[LONGEST];

            memset(text, between[(start + end) % sizeof(between)], sizeof(text));
            for (size_t i = start; i < end; i++) {
                text[i] = "abZq9"[i % 5];
            }
            check_against_characters(encoder, text, sizeof(text));
            check_against_characters(encoder, text, end);
        }
    }
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

/* The page behind the text may not be read. */
static void nothing_behind_a_text_is_read(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mpb_tokenizer *tokenizer = make(true, true);
    mpb_text_encoder *encoder = make_encoder(tokenizer);

    CHECK(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
    memset(pages, 'a', page);
    for (size_t gap = 1; gap <= LONGEST; gap++) {
        pages[page - gap] = ' ';
        for (size_t size = 0; size <= LONGEST; size++) {
            check_against_characters(encoder, pages + page - size, size);
        }
        pages[page - gap] = 'a';
    }
    CHECK(munmap(pages, 2 * page) == 0);
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

/* Word number i: many share their first eight bytes, some their last. */
static size_t write_word(unsigned i, char word[WORD_SIZE])
{
    static const char *const prefixes[] = {"", "words", "wordword", "wordwordwor"};
    size_t size = (size_t)snprintf(word, WORD_SIZE, "%s", prefixes[i % 4]);

    for (i /= 4; i > 0; i /= 26) {
        word[size++] = (char)('a' + i % 26);
    }
    return size;
}

static void words_that_were_displaced_come_out_as_before(void)
{
    enum { A_TEXT = 2000 };
    static char text[A_TEXT * WORD_SIZE];
    mpb_tokenizer *tokenizer = make(true, true);
    mpb_text_encoder *used = make_encoder(tokenizer);
    mpb_token_list expected = {0};
    mpb_token_list found = {0};

    for (unsigned first = 0; first < 2 * NUM_WORDS; first += A_TEXT) {
        mpb_text_encoder *fresh = make_encoder(tokenizer);
        size_t size = 0;

        for (unsigned i = 0; i < A_TEXT; i++) {
            size += write_word((first + i) % NUM_WORDS, text + size);
            text[size++] = ' ';
        }
        CHECK_OK(mpb_text_encoder_encode(used, text, size, &found));
        CHECK_OK(mpb_text_encoder_encode(fresh, text, size, &expected));
        check_equal(&found, &expected);
        mpb_text_encoder_destroy(&fresh);
    }
    mpb_token_list_clear(&expected);
    mpb_token_list_clear(&found);
    mpb_text_encoder_destroy(&used);
    mpb_tokenizer_destroy(&tokenizer);
}

/* Without cleaning a NUL is a letter: in the cache such words must not pass for shorter ones. */
static void words_that_end_in_nul_are_words_of_their_own(void)
{
    mpb_tokenizer *tokenizer = make(true, false);
    mpb_text_encoder *encoder = make_encoder(tokenizer);
    mpb_token_list tokens = {0};

    CHECK_OK(mpb_text_encoder_encode(encoder, "ab", 2, &tokens));
    CHECK(tokens.count == 1 && tokens.ids[0] == 4 && tokens.char_end[0] == 2);
    CHECK_OK(mpb_text_encoder_encode(encoder, "ab\0", 3, &tokens));
    CHECK(tokens.count == 1 && tokens.ids[0] == 0 && tokens.char_end[0] == 3);
    CHECK_OK(mpb_text_encoder_encode(encoder, "\0", 1, &tokens));
    CHECK(tokens.count == 1 && tokens.ids[0] == 0 && tokens.char_end[0] == 1);
    CHECK_OK(mpb_text_encoder_encode(encoder, "ab", 2, &tokens));
    CHECK(tokens.count == 1 && tokens.ids[0] == 4 && tokens.char_end[0] == 2);
    mpb_token_list_clear(&tokens);
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

int main(void)
{
    every_ascii_byte_is_the_same_at_every_place();
    words_of_every_length_are_the_same_at_every_place();
    nothing_behind_a_text_is_read();
    words_that_were_displaced_come_out_as_before();
    words_that_end_in_nul_are_words_of_their_own();
    return EXIT_SUCCESS;
}
