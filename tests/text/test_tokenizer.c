/* Ids and offsets against the reference's (tests/golden/tokenizer), and what is refused. */

#include "mpibert/text/tokenizer.h"

#include "check.h"
#include "mpibert/core/utf8.h"

#define GOLDEN "tests/golden/tokenizer/"

enum {
    LINE_SIZE = 1 << 16,
    TEXT_SIZE = 1 << 14,
    BLOCK = 4096, /* code points a checksum of sweep.tsv covers */
    MAX_WORD = 100,
};

static FILE *open_golden(const char *name)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), GOLDEN "%s", name);
    file = fopen(path, "r");
    CHECK(file != NULL);
    return file;
}

/* The next line without its end, or NULL. */
static char *next_line(FILE *file, char *line)
{
    if (fgets(line, LINE_SIZE, file) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static mpb_strings read_vocabulary(void)
{
    static char line[LINE_SIZE];
    mpb_strings vocabulary = {0};
    FILE *file = open_golden("vocab.txt");

    while (next_line(file, line) != NULL) {
        CHECK_OK(mpb_strings_add(&vocabulary, line, strlen(line)));
    }
    fclose(file);
    return vocabulary;
}

/* `settings` as in the goldens: lower case, strip accents, split Chinese, clean text. */
static mpb_tokenizer_options options_of(const char *settings)
{
    return (mpb_tokenizer_options){.lowercase = settings[0] == '1',
                                   .strip_accents = settings[1] == '1',
                                   .split_chinese = settings[2] == '1',
                                   .clean_text = settings[3] == '1',
                                   .max_word_characters = MAX_WORD};
}

static mpb_tokenizer *make(const char *settings)
{
    mpb_strings vocabulary = read_vocabulary();
    mpb_tokenizer_options options = options_of(settings);
    mpb_tokenizer *tokenizer = NULL;

    CHECK_OK(mpb_tokenizer_create(&vocabulary, &options, "vocab.txt", &tokenizer));
    mpb_strings_clear(&vocabulary);
    return tokenizer;
}

/* A tokenizer at work. Starts as {0}. */
typedef struct subject {
    char settings[5];
    mpb_tokenizer *tokenizer;
    mpb_text_encoder *encoder;
    mpb_token_list tokens; /* of the latest text */
} subject;

static void subject_clear(subject *s)
{
    mpb_text_encoder_destroy(&s->encoder);
    mpb_tokenizer_destroy(&s->tokenizer);
    mpb_token_list_clear(&s->tokens);
}

/* Replaces the tokenizer where `settings` begins with others than it was made with. */
static void follow_settings(subject *s, const char *settings)
{
    if (strncmp(s->settings, settings, 4) != 0) {
        subject_clear(s);
        memcpy(s->settings, settings, 4);
        s->tokenizer = make(s->settings);
        CHECK_OK(mpb_text_encoder_create(s->tokenizer, &s->encoder));
    }
}

static mpb_status encode(subject *s, const char *text, size_t size)
{
    return mpb_text_encoder_encode(s->encoder, text, size, &s->tokens);
}

static size_t from_hex(const char *hex, size_t length, char *out)
{
    for (size_t i = 0; i < length / 2; i++) {
        unsigned byte = 0;

        CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
        out[i] = (char)byte;
    }
    return length / 2;
}

static void check_tokens(const mpb_token_list *tokens, const char *expected, const char *line)
{
    size_t count = 0;

    while (*expected != '\0') {
        unsigned id, start, end;
        int length = 0;

        CHECK(sscanf(expected, "%u:%u:%u%n", &id, &start, &end, &length) == 3);
        if (count >= tokens->count || tokens->ids[count] != id ||
            tokens->char_start[count] != start || tokens->char_end[count] != end) {
            fprintf(stderr, "token %zu differs in: %s\n", count, line);
        }
        CHECK(count < tokens->count);
        CHECK(tokens->ids[count] == id);
        CHECK(tokens->char_start[count] == start && tokens->char_end[count] == end);
        expected += length + (expected[length] == ' ');
        count++;
    }
    CHECK(tokens->count == count);
}

static void texts_give_the_ids_and_offsets_of_the_reference(void)
{
    static char line[LINE_SIZE];
    static char text[TEXT_SIZE];
    FILE *file = open_golden("texts.tsv");
    subject s = {0};
    size_t count = 0;

    while (next_line(file, line) != NULL) {
        const char *hex = strchr(line, '\t') + 1;
        const char *expected = strchr(hex, '\t') + 1;
        size_t size = from_hex(hex, (size_t)(expected - 1 - hex), text);

        follow_settings(&s, line);
        CHECK_OK(encode(&s, text, size));
        check_tokens(&s.tokens, expected, line);
        count++;
    }
    CHECK(count > 400);
    fclose(file);
    subject_clear(&s);
}

/* FNV-1a over 32-bit words, as the script has it. */
static unsigned long long add_word(unsigned long long sum, size_t word)
{
    return (sum ^ word) * 0x100000001B3ull;
}

static size_t append(char *text, size_t size, const char *more)
{
    memcpy(text + size, more, strlen(more));
    return size + strlen(more);
}

/* "the" c "ing a" U+1D165 c U+302E: a word, and a place among marks that are kept. */
static size_t sweep_text(uint32_t c, char text[64])
{
    size_t size = append(text, 0, "the");

    size += mpb_utf8_encode(c, text + size);
    size = append(text, size, "ing a\xF0\x9D\x85\xA5");
    size += mpb_utf8_encode(c, text + size);
    return append(text, size, "\xE3\x80\xAE");
}

static unsigned long long sweep(subject *s, uint32_t first)
{
    unsigned long long sum = 0xCBF29CE484222325ull;

    for (uint32_t c = first; c < first + BLOCK; c++) {
        char text[64];

        if (c >= 0xD800 && c <= 0xDFFF) {
            continue;
        }
        CHECK_OK(encode(s, text, sweep_text(c, text)));
        sum = add_word(sum, s->tokens.count);
        for (size_t i = 0; i < s->tokens.count; i++) {
            sum = add_word(sum, s->tokens.ids[i]);
            sum = add_word(sum, s->tokens.char_start[i]);
            sum = add_word(sum, s->tokens.char_end[i]);
        }
    }
    return sum;
}

static void every_code_point_is_treated_as_by_the_reference(void)
{
    static char line[LINE_SIZE];
    FILE *file = open_golden("sweep.tsv");
    subject s = {0};
    size_t wrong = 0;

    while (next_line(file, line) != NULL) {
        unsigned first;
        unsigned long long expected;

        CHECK(sscanf(line + 5, "%x %llx", &first, &expected) == 2);
        follow_settings(&s, line);
        if (sweep(&s, first) != expected) {
            fprintf(stderr, "settings %s: differs in U+%04X to U+%04X\n", s.settings, first,
                    first + BLOCK - 1);
            wrong++;
        }
    }
    CHECK(wrong == 0);
    fclose(file);
    subject_clear(&s);
}

static void truncation_keeps_as_many_tokens_as_the_reference(void)
{
    static char line[LINE_SIZE];
    FILE *file = open_golden("truncation.tsv");
    size_t cases = 0;

    while (next_line(file, line) != NULL) {
        int a, b, longest, want_a, want_b;
        size_t keep_a = 0;
        size_t keep_b = 0;

        CHECK(sscanf(line, "%d %d %d %d %d", &a, &b, &longest, &want_a, &want_b) == 5);
        mpb_truncate_longest_first((size_t)a, b < 0 ? 0 : (size_t)b, b >= 0, (size_t)longest,
                                   &keep_a, &keep_b);
        CHECK(keep_a == (size_t)want_a && keep_b == (size_t)want_b);
        cases++;
    }
    CHECK(cases > 500);
    fclose(file);
}

static void tokens_are_found_by_id_and_by_text(void)
{
    mpb_tokenizer *tokenizer = make("1111");
    size_t size = mpb_tokenizer_vocab_size(tokenizer);

    for (uint32_t id = 0; id < size; id++) {
        CHECK(mpb_tokenizer_id(tokenizer, mpb_tokenizer_token(tokenizer, id)) == (int64_t)id);
    }
    CHECK_TEXT(mpb_tokenizer_token(tokenizer, 2), "[CLS]");
    CHECK(mpb_tokenizer_token(tokenizer, (uint32_t)size) == NULL);
    CHECK(mpb_tokenizer_id(tokenizer, "nowhere") == -1);
    CHECK(mpb_tokenizer_id(tokenizer, "##the") == -1);
    CHECK(mpb_tokenizer_settings(tokenizer)->lowercase);
    mpb_tokenizer_destroy(&tokenizer);
}

/* A run of marks has no limit, and neither has a word. */
static void long_runs_of_marks_and_letters_are_one_unknown_word(void)
{
    enum { COUNT = 20000 };
    static char text[4 * COUNT + 1];
    subject s = {0};

    follow_settings(&s, "1111");
    for (size_t i = 0; i < COUNT; i++) {
        size_t length = mpb_utf8_encode(i % 2 == 0 ? 0x1D16D : 0x1D165, text + 4 * i);

        CHECK(length == 4);
    }
    CHECK_OK(encode(&s, text, sizeof(text) - 1));
    CHECK(s.tokens.count == 1 && s.tokens.ids[0] == 1);
    CHECK(s.tokens.char_start[0] == 0 && s.tokens.char_end[0] == COUNT);
    memset(text, 'a', COUNT);
    CHECK_OK(encode(&s, text, COUNT));
    CHECK(s.tokens.count == 1 && s.tokens.ids[0] == 1 && s.tokens.char_end[0] == COUNT);
    subject_clear(&s);
}

static mpb_status create_from(const char *const *tokens, size_t count, int max_word)
{
    mpb_strings vocabulary = {0};
    mpb_tokenizer_options options = options_of("1111");
    mpb_tokenizer *tokenizer = NULL;
    mpb_status status;

    options.max_word_characters = max_word;
    for (size_t i = 0; i < count; i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, tokens[i], strlen(tokens[i])));
    }
    status = mpb_tokenizer_create(&vocabulary, &options, "V", &tokenizer);
    CHECK((tokenizer == NULL) == (status != MPB_OK));
    mpb_tokenizer_destroy(&tokenizer);
    mpb_strings_clear(&vocabulary);
    return status;
}

static void wrong_vocabularies_are_refused_by_name(void)
{
    static const char *const tokens[] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "a", "##a"};

    CHECK_OK(create_from(tokens, 6, MAX_WORD));
    CHECK_FAILS(create_from(tokens, 3, MAX_WORD), MPB_ERR_DATA, "no [PAD], which BERT needs (V)");
    CHECK_FAILS(create_from(tokens + 1, 5, MAX_WORD), MPB_ERR_DATA, "no [UNK]");
    CHECK_FAILS(create_from(tokens, 0, MAX_WORD), MPB_ERR_DATA, "no [UNK]");
    CHECK_FAILS(create_from(tokens, 6, 0), MPB_ERR_DATA, "at most 0 characters");
    CHECK_FAILS(create_from(tokens, 6, 100000), MPB_ERR_DATA, "at most 100000 characters");
}

static void bytes_that_are_no_utf8_are_refused(void)
{
    subject s = {0};

    follow_settings(&s, "1111");
    CHECK_FAILS(encode(&s, "ab\xC3", 3), MPB_ERR_DATA, "byte 2");
    CHECK_FAILS(encode(&s, "\xCC\x81\xFF", 3), MPB_ERR_DATA, "byte 2");
    CHECK_FAILS(encode(&s, "a\xF0\x9D\x85\xA5\x80", 6), MPB_ERR_DATA, "byte 5");
    subject_clear(&s);
}

int main(void)
{
    texts_give_the_ids_and_offsets_of_the_reference();
    every_code_point_is_treated_as_by_the_reference();
    truncation_keeps_as_many_tokens_as_the_reference();
    tokens_are_found_by_id_and_by_text();
    long_runs_of_marks_and_letters_are_one_unknown_word();
    wrong_vocabularies_are_refused_by_name();
    bytes_that_are_no_utf8_are_refused();
    return EXIT_SUCCESS;
}
