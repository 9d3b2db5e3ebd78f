/* Added tokens against the reference's (tests/golden/tokenizer/added.tsv), and what is refused. */

#include "check.h"
#include "mpibert/text/tokenizer.h"

#define GOLDEN "tests/golden/tokenizer/"

enum { LINE_SIZE = 1 << 16, TEXT_SIZE = 1 << 14, MAX_ADDED = 16 };

static FILE *open_golden(const char *path)
{
    FILE *file = fopen(path, "r");

    CHECK(file != NULL);
    return file;
}

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
    FILE *file = open_golden(GOLDEN "vocab.txt");

    while (next_line(file, line) != NULL) {
        CHECK_OK(mpb_strings_add(&vocabulary, line, strlen(line)));
    }
    fclose(file);
    return vocabulary;
}

static size_t from_hex(const char *hex, char *text)
{
    size_t size = 0;
    unsigned byte;

    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
        text[size++] = (char)byte;
    }
    text[size] = '\0';
    return size;
}

/* One tokenizer of the goldens. */
typedef struct subject {
    mpb_tokenizer_options options;
    mpb_added_token added[MAX_ADDED];
    char texts[MAX_ADDED][64];
    size_t num_added;
    mpb_tokenizer *tokenizer;
    mpb_text_encoder *encoder;
} subject;

static void subject_begin(subject *s, const char *settings)
{
    *s = (subject){.options = {.lowercase = settings[0] == '1',
                               .strip_accents = settings[1] == '1',
                               .split_chinese = settings[2] == '1',
                               .clean_text = settings[3] == '1',
                               .max_word_characters = 100}};
}

static void subject_add(subject *s, char *line)
{
    const char *id = strtok(line, "\t");
    const char *flags = strtok(NULL, "\t");
    char *text = s->texts[s->num_added];

    CHECK(s->num_added < MAX_ADDED);
    from_hex(strtok(NULL, "\t"), text);
    s->added[s->num_added++] = (mpb_added_token){.text = text,
                                                 .id = (uint32_t)strtoul(id, NULL, 10),
                                                 .single_word = flags[0] == '1',
                                                 .lstrip = flags[1] == '1',
                                                 .rstrip = flags[2] == '1',
                                                 .normalized = flags[3] == '1'};
}

static void subject_make(subject *s, const mpb_strings *vocabulary)
{
    CHECK_OK(mpb_tokenizer_create_added(vocabulary, s->added, s->num_added, &s->options, "V",
                                        &s->tokenizer));
    CHECK_OK(mpb_text_encoder_create(s->tokenizer, &s->encoder));
    for (size_t i = 0; i < s->num_added; i++) {
        CHECK_TEXT(mpb_tokenizer_token(s->tokenizer, s->added[i].id), s->added[i].text);
        CHECK(mpb_tokenizer_id(s->tokenizer, s->added[i].text) == s->added[i].id);
        CHECK(mpb_tokenizer_vocab_size(s->tokenizer) > s->added[i].id);
    }
}

static void subject_end(subject *s)
{
    mpb_text_encoder_destroy(&s->encoder);
    mpb_tokenizer_destroy(&s->tokenizer);
}

static void check_golden(const subject *s, char *line)
{
    static char text[TEXT_SIZE];
    static char got[LINE_SIZE];
    char *tab = strchr(line, '\t');
    size_t used = 0;
    mpb_token_list tokens = {0};
    size_t size;

    *tab = '\0';
    size = from_hex(line, text);
    CHECK_OK(mpb_text_encoder_encode(s->encoder, text, size, &tokens));
    got[0] = '\0';
    for (size_t i = 0; i < tokens.count; i++) {
        used += (size_t)snprintf(got + used, sizeof(got) - used, "%s%u:%u:%u", i == 0 ? "" : " ",
                                 tokens.ids[i], tokens.char_start[i], tokens.char_end[i]);
    }
    if (strcmp(got, tab + 1) != 0) {
        fprintf(stderr, "text: %s\n", text);
    }
    CHECK_TEXT(got, tab + 1);
    mpb_token_list_clear(&tokens);
}

static void texts_give_the_ids_and_offsets_of_the_reference(void)
{
    static char line[LINE_SIZE];
    mpb_strings vocabulary = read_vocabulary();
    FILE *file = open_golden(GOLDEN "added.tsv");
    subject s = {0};

    while (next_line(file, line) != NULL) {
        if (line[0] == 'S') {
            subject_end(&s);
            subject_begin(&s, line + 2);
        } else if (line[0] == 'A') {
            subject_add(&s, line + 2);
        } else {
            if (s.tokenizer == NULL) {
                subject_make(&s, &vocabulary);
            }
            check_golden(&s, line + 2);
        }
    }
    subject_end(&s);
    fclose(file);
    mpb_strings_clear(&vocabulary);
}

static mpb_status create(const char *const *tokens, size_t count, const mpb_added_token *added,
                         mpb_tokenizer **tokenizer)
{
    const mpb_tokenizer_options options = {
        .lowercase = true, .strip_accents = true, .clean_text = true, .max_word_characters = 100};
    mpb_strings vocabulary = {0};
    mpb_status status;

    for (size_t i = 0; i < count; i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, tokens[i], strlen(tokens[i])));
    }
    status = mpb_tokenizer_create_added(&vocabulary, added, added == NULL ? 0 : 1, &options, "V",
                                        tokenizer);
    mpb_strings_clear(&vocabulary);
    return status;
}

static void token_of_which_normalisation_leaves_nothing_is_refused(void)
{
    static const char *const tokens[] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]"};
    const mpb_added_token accent = {.text = "\xCC\x81", .id = 4, .normalized = true};
    mpb_tokenizer *tokenizer = NULL;

    CHECK_FAILS(create(tokens, 4, &accent, &tokenizer), MPB_ERR_DATA,
                "normalisation leaves nothing of added token 4 (V)");
    CHECK(tokenizer == NULL);
}

/* transformers' dictionary of vocab.txt: the last line with a token gives its id. */
static void of_equal_tokens_the_last_counts_and_empty_ones_are_none(void)
{
    static const char *const tokens[] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "a", "", "a", "", ""};
    mpb_tokenizer *tokenizer = NULL;

    CHECK_OK(create(tokens, 9, NULL, &tokenizer));
    CHECK(mpb_tokenizer_id(tokenizer, "a") == 6);
    CHECK(mpb_tokenizer_id(tokenizer, "") == -1);
    CHECK(mpb_tokenizer_vocab_size(tokenizer) == 7);
    mpb_tokenizer_destroy(&tokenizer);
}

int main(void)
{
    texts_give_the_ids_and_offsets_of_the_reference();
    token_of_which_normalisation_leaves_nothing_is_refused();
    of_equal_tokens_the_last_counts_and_empty_ones_are_none();
    return 0;
}
