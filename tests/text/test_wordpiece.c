/* Splitting words against the definition: the longest token, then the longest that continues. */

#include "check.h"
#include "mpibert/text/tokenizer.h"

enum {
    NUM_SPECIALS = 4,
    MAX_TOKENS = 120,
    LONGEST_WORD = 33, /* some words are too long to have pieces */
    TOKEN_SIZE = 64,
    NO_TOKEN = -1,
};

/* Few letters, so that tokens begin, end and overlap in many ways; of one byte to three. */
static const char *const letters[] = {"a", "b", "\xC3\xA9", "\xC3\xA8", "\xE3\x81\x8B"};

typedef struct vocabulary {
    char tokens[MAX_TOKENS][TOKEN_SIZE];
    int count;
    int max_word; /* characters */
} vocabulary;

typedef struct piece {
    int id;
    uint32_t start; /* characters */
    uint32_t end;
} piece;

static int find(const vocabulary *v, const char *token)
{
    for (int i = 0; i < v->count; i++) {
        if (strcmp(v->tokens[i], token) == 0) {
            return i;
        }
    }
    return NO_TOKEN;
}

static void add(vocabulary *v, const char *token)
{
    if (v->count < MAX_TOKENS && find(v, token) == NO_TOKEN) {
        snprintf(v->tokens[v->count++], TOKEN_SIZE, "%s", token);
    }
}

static vocabulary with_specials(void)
{
    static const char *const specials[NUM_SPECIALS] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]"};
    vocabulary v = {.max_word = 30};

    for (int i = 0; i < NUM_SPECIALS; i++) {
        add(&v, specials[i]);
    }
    return v;
}

static int pick(unsigned *state, int count)
{
    *state = *state * 1664525u + 1013904223u;
    return (int)((*state >> 8) % (unsigned)count);
}

static void append_letters(unsigned *state, int num_letters, int count, char *text)
{
    for (int i = 0; i < count; i++) {
        strcat(text, letters[pick(state, num_letters)]);
    }
}

static vocabulary random_vocabulary(unsigned *state, int num_letters)
{
    vocabulary v = with_specials();
    int count = 5 + pick(state, MAX_TOKENS - 10);

    v.max_word = pick(state, 2) == 0 ? 6 : v.max_word;
    add(&v, "##");
    add(&v, "");
    for (int i = 0; i < count; i++) {
        char token[TOKEN_SIZE] = "";

        strcat(token, pick(state, 3) == 0 ? "" : "##");
        append_letters(state, num_letters, 1 + pick(state, 7), token);
        add(&v, token);
    }
    return v;
}

static mpb_tokenizer *make(const vocabulary *v)
{
    mpb_tokenizer_options options = {.clean_text = true, .max_word_characters = v->max_word};
    mpb_strings tokens = {0};
    mpb_tokenizer *tokenizer = NULL;

    for (int i = 0; i < v->count; i++) {
        CHECK_OK(mpb_strings_add(&tokens, v->tokens[i], strlen(v->tokens[i])));
    }
    CHECK_OK(mpb_tokenizer_create(&tokens, &options, "V", &tokenizer));
    mpb_strings_clear(&tokens);
    return tokenizer;
}

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static uint32_t count_characters(const char *text, size_t size)
{
    uint32_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += begins_character(text[i]);
    }
    return count;
}

/* The longest token at word[from], by trying all lengths. */
static int longest_at(const vocabulary *v, const char *word, size_t from, size_t *end)
{
    for (*end = strlen(word); *end > from; (*end)--) {
        char token[4 * LONGEST_WORD + 3];
        int id;

        snprintf(token, sizeof(token), "%s%.*s", from > 0 ? "##" : "", (int)(*end - from),
                 word + from);
        id = find(v, token);
        if (id != NO_TOKEN) {
            return id;
        }
    }
    return NO_TOKEN;
}

static size_t split_naively(const vocabulary *v, const char *word, piece *pieces)
{
    uint32_t length = count_characters(word, strlen(word));
    bool too_long = length > (uint32_t)v->max_word;
    size_t count = 0;
    size_t from = 0;

    while (!too_long && word[from] != '\0') {
        size_t end;
        int id = longest_at(v, word, from, &end);

        if (id == NO_TOKEN) {
            break;
        }
        pieces[count++] = (piece){id, count_characters(word, from), count_characters(word, end)};
        from = end;
    }
    if (too_long || word[from] != '\0') {
        pieces[0] = (piece){0, 0, length};
        return 1;
    }
    return count;
}

static void check_word(const vocabulary *v, mpb_text_encoder *encoder, const char *word)
{
    piece pieces[LONGEST_WORD];
    mpb_token_list tokens = {0};
    size_t count = split_naively(v, word, pieces);

    CHECK_OK(mpb_text_encoder_encode(encoder, word, strlen(word), &tokens));
    CHECK(tokens.count == count);
    for (size_t i = 0; i < count; i++) {
        CHECK(tokens.ids[i] == (uint32_t)pieces[i].id);
        CHECK(tokens.char_start[i] == pieces[i].start && tokens.char_end[i] == pieces[i].end);
    }
    mpb_token_list_clear(&tokens);
}

static void check_random_words(unsigned seed, int num_letters)
{
    unsigned state = seed;
    vocabulary v = random_vocabulary(&state, num_letters);
    mpb_tokenizer *tokenizer = make(&v);
    mpb_text_encoder *encoder = NULL;

    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    for (int i = 0; i < 200; i++) {
        char word[4 * LONGEST_WORD + 1] = "";

        append_letters(&state, num_letters, 1 + pick(&state, LONGEST_WORD), word);
        check_word(&v, encoder, word);
        check_word(&v, encoder, word);
    }
    for (int i = 0; i < v.count; i++) {
        CHECK(mpb_tokenizer_id(tokenizer, v.tokens[i]) == (v.tokens[i][0] == '\0' ? -1 : i));
    }
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

static void words_are_split_as_the_definition_says(void)
{
    for (unsigned seed = 0; seed < 300; seed++) {
        check_random_words(seed, 2 + (int)(seed % 4));
    }
}

/* The example of Song et al.: three tokens of "abcdz" are settled only by its last letter. */
static void pieces_are_popped_when_a_longer_match_fails(void)
{
    static const char *const tokens[] = {"a", "abcdx", "##b", "##c", "##cdy", "##dz"};
    vocabulary v = with_specials();
    mpb_tokenizer *tokenizer;
    mpb_text_encoder *encoder = NULL;

    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        add(&v, tokens[i]);
    }
    tokenizer = make(&v);
    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    check_word(&v, encoder, "abcdz");
    check_word(&v, encoder, "abcdx");
    check_word(&v, encoder, "abcd");
    check_word(&v, encoder, "abcz");
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

int main(void)
{
    pieces_are_popped_when_a_longer_match_fails();
    words_are_split_as_the_definition_says();
    return EXIT_SUCCESS;
}
