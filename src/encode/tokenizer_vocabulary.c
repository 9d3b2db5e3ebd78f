/* The vocabulary of a model directory: vocab.txt, or model.vocab of tokenizer.json. */

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "tokenizer_source.h"

/* Far above any published vocabulary. */
enum {
    MAX_BYTES = 8 * 1024 * 1024, /* of all tokens */
    MAX_TOKENS = 1024 * 1024,
    MAX_TOKEN_BYTES = 4096,
};

/* The property White_Space of Unicode. */
static bool is_white_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* The length of a token, valid UTF-8, without white space at its end. */
static size_t trimmed(const char *token, size_t length)
{
    while (length > 0) {
        size_t begin = length - 1;
        uint32_t c = 0;

        while (((unsigned char)token[begin] & 0xC0) == 0x80) {
            begin--;
        }
        mpb_utf8_decode(token + begin, length - begin, &c);
        if (!is_white_space(c)) {
            break;
        }
        length = begin;
    }
    return length;
}

static mpb_status add_line(const char *line, size_t length, mpb_tokenizer_source *s)
{
    const size_t number = s->vocabulary.count + 1;
    size_t bad = 0;

    MPB_REQUIRE(number <= MAX_TOKENS, MPB_ERR_DATA,
                "more than %d lines were found, one token a line was expected (%s)", MAX_TOKENS,
                s->vocab_path);
    MPB_REQUIRE(length <= MAX_TOKEN_BYTES, MPB_ERR_DATA,
                "a line of %zu bytes was found, a token of at most %d was expected (%s, line %zu)",
                length, MAX_TOKEN_BYTES, s->vocab_path, number);
    MPB_REQUIRE(mpb_utf8_valid(line, length, &bad), MPB_ERR_DATA,
                "byte 0x%02X is no UTF-8, a token was expected (%s, line %zu, byte %zu)",
                (unsigned)(unsigned char)line[bad], s->vocab_path, number, bad + 1);
    length = trimmed(line, length);
    MPB_REQUIRE(memchr(line, '\0', length) == NULL && memchr(line, '\r', length) == NULL,
                MPB_ERR_DATA,
                "a NUL byte or lone carriage return was found, one token a line was expected "
                "(%s, line %zu)",
                s->vocab_path, number);
    return mpb_strings_add(&s->vocabulary, line, length);
}

/* One token a line; the line's number, from 0, is the id. */
static mpb_status add_lines(const mpb_buffer *content, mpb_tokenizer_source *s)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* what some editors put before UTF-8 */
    const size_t skipped = strlen(mark);
    bool marked = content->size >= skipped && memcmp(content->data, mark, skipped) == 0;
    size_t start = marked ? skipped : 0;

    while (start < content->size) {
        const char *line = content->data + start;
        const char *newline = memchr(line, '\n', content->size - start);
        size_t length = newline == NULL ? content->size - start : (size_t)(newline - line);

        MPB_TRY(add_line(line, length, s));
        start += length + 1;
    }
    return MPB_OK;
}

static mpb_status read_vocab_txt(mpb_tokenizer_source *s)
{
    mpb_buffer content = {0};
    uint64_t bytes = 0;
    mpb_status status;

    MPB_TRY(mpb_file_size(s->vocab_path, &bytes));
    MPB_REQUIRE(bytes <= MAX_BYTES, MPB_ERR_DATA,
                "a vocabulary of %llu bytes was found, at most %d were expected (%s)",
                (unsigned long long)bytes, MAX_BYTES, s->vocab_path);
    status = mpb_file_read(s->vocab_path, &content);
    if (status == MPB_OK) {
        status = add_lines(&content, s);
    }
    mpb_buffer_clear(&content);
    s->vocabulary_source = s->vocab_path;
    return status;
}

/* *count = one more than the highest id; there may be ids without a token. */
static mpb_status count_ids(const mpb_json *vocab, const char *where, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < mpb_json_count(vocab); i++) {
        const char *token = NULL;
        const mpb_json *value = mpb_json_member_at(vocab, i, &token);
        int64_t id = mpb_json_is_integer(value) ? mpb_json_integer(value) : -1;

        MPB_REQUIRE(id >= 0 && id < MAX_TOKENS, MPB_ERR_DATA,
                    "the id of token '%.100s' is no integer from 0 to %d (%s)", token,
                    MAX_TOKENS - 1, where);
        *count = (size_t)id >= *count ? (size_t)id + 1 : *count;
    }
    return MPB_OK;
}

/* tokens[id] = each token of the JSON object; borrowed. */
static mpb_status order_by_id(const mpb_json *vocab, const char *where, const char **tokens)
{
    for (size_t i = 0; i < mpb_json_count(vocab); i++) {
        const char *token = NULL;
        int64_t id = mpb_json_integer(mpb_json_member_at(vocab, i, &token));

        MPB_REQUIRE(tokens[id] == NULL, MPB_ERR_DATA,
                    "tokens '%.100s' and '%.100s' have the same id %lld (%s)", tokens[id], token,
                    (long long)id, where);
        tokens[id] = token;
    }
    return MPB_OK;
}

typedef mpb_status use_tokens_fn(mpb_tokenizer_source *s, const char **tokens, size_t count);

/* Calls `use` with the tokens of tokenizer.json in the order of their ids, NULL for ids without. */
static mpb_status with_json_tokens(mpb_tokenizer_source *s, use_tokens_fn *use)
{
    const mpb_json *model = NULL;
    const mpb_json *vocab = NULL;
    size_t count = 0;
    const char **tokens;
    mpb_status status;

    MPB_TRY(mpb_tokenizer_get_object(s->json.root, "model", s->json.path, &model));
    MPB_TRY(mpb_tokenizer_get_object(model, "vocab", s->json.path, &vocab));
    MPB_TRY(count_ids(vocab, s->json.path, &count));
    tokens = calloc(count + 1, sizeof(*tokens));
    MPB_REQUIRE(tokens != NULL, MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens", count);
    status = order_by_id(vocab, s->json.path, tokens);
    if (status == MPB_OK) {
        status = use(s, tokens, count);
    }
    free(tokens);
    return status;
}

static mpb_status take_tokens(mpb_tokenizer_source *s, const char **tokens, size_t count)
{
    size_t bytes = 0;

    for (size_t id = 0; id < count; id++) {
        const char *token = tokens[id] == NULL ? "" : tokens[id];
        const size_t length = strlen(token);

        bytes += length + 1;
        MPB_REQUIRE(length <= MAX_TOKEN_BYTES && bytes <= MAX_BYTES, MPB_ERR_DATA,
                    "token %zu has %zu bytes, at most %d and all together %d were expected (%s)",
                    id, length, MAX_TOKEN_BYTES, MAX_BYTES, s->json.path);
        MPB_TRY(mpb_strings_add(&s->vocabulary, token, length));
    }
    s->vocabulary_source = s->json.path;
    return MPB_OK;
}

size_t mpb_tokenizer_used_ids(const mpb_strings *vocabulary)
{
    size_t count = vocabulary->count;

    while (count > 0 && vocabulary->items[count - 1][0] == '\0') {
        count--;
    }
    return count;
}

/* An id without a token is one that a later line of vocab.txt repeats. */
static bool is_same(const char *token, const char *line)
{
    return token == NULL || (strncmp(token, line, trimmed(token, strlen(token))) == 0 &&
                             strlen(line) == trimmed(token, strlen(token)));
}

static mpb_status compare_tokens(mpb_tokenizer_source *s, const char **tokens, size_t count)
{
    const size_t used = mpb_tokenizer_used_ids(&s->vocabulary);

    while (count > used && tokens[count - 1] != NULL && tokens[count - 1][0] == '\0') {
        count--;
    }
    MPB_REQUIRE(count == used, MPB_ERR_DATA, "%zu tokens, but vocab.txt beside it has %zu (%s)",
                count, used, s->json.path);
    for (size_t id = 0; id < count; id++) {
        MPB_REQUIRE(is_same(tokens[id], s->vocabulary.items[id]), MPB_ERR_DATA,
                    "token %zu is '%.100s', but '%.100s' in vocab.txt beside it (%s)", id,
                    tokens[id], s->vocabulary.items[id], s->json.path);
    }
    return MPB_OK;
}

mpb_status mpb_tokenizer_read_vocabulary(const char *directory, mpb_tokenizer_source *s)
{
    bool has_text = mpb_file_exists(s->vocab_path);

    MPB_REQUIRE(has_text || s->json.root != NULL, MPB_ERR_DATA,
                "no vocabulary, vocab.txt or tokenizer.json was expected (%s)", directory);
    if (!has_text) {
        return with_json_tokens(s, take_tokens);
    }
    MPB_TRY(read_vocab_txt(s));
    return s->json.root == NULL ? MPB_OK : with_json_tokens(s, compare_tokens);
}
