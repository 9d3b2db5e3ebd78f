#include "mpibert/data/tokenizer_files.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/io/sha256.h"

enum { DEFAULT_WORD_CHARACTERS = 100 };

/* What a directory holds. */
typedef struct files {
    char vocab_path[MPB_PATH_SIZE];
    char json_path[MPB_PATH_SIZE];
    char config_path[MPB_PATH_SIZE];
    const char *vocabulary_source; /* the path of the file that gave the vocabulary */
    mpb_json *json;                /* owned: tokenizer.json, or NULL */
    mpb_strings vocabulary;        /* owned */
    mpb_tokenizer_options options;
} files;

static mpb_status add_line(const char *line, size_t length, size_t number, files *f)
{
    size_t bad = 0;

    MPB_REQUIRE(mpb_utf8_valid(line, length, &bad), MPB_ERR_DATA,
                "byte 0x%02X is no UTF-8, a token was expected (%s, line %zu, byte %zu)",
                (unsigned)(unsigned char)line[bad], f->vocab_path, number, bad + 1);
    MPB_REQUIRE(memchr(line, '\0', length) == NULL && memchr(line, '\r', length) == NULL,
                MPB_ERR_DATA,
                "a NUL byte or lone carriage return was found, one token a line was expected "
                "(%s, line %zu)",
                f->vocab_path, number);
    return mpb_strings_add(&f->vocabulary, line, length);
}

/* One token a line; the line's number, from 0, is the id. */
static mpb_status add_lines(const mpb_buffer *content, files *f)
{
    size_t start = 0;
    size_t number = 1;

    while (start < content->size) {
        const char *line = content->data + start;
        const char *newline = memchr(line, '\n', content->size - start);
        size_t length = newline == NULL ? content->size - start : (size_t)(newline - line);
        size_t ending = length > 0 && newline != NULL && line[length - 1] == '\r' ? 1 : 0;

        MPB_TRY(add_line(line, length - ending, number, f));
        start += length + 1;
        number++;
    }
    return MPB_OK;
}

static mpb_status read_vocab_txt(files *f)
{
    mpb_buffer content = {0};
    mpb_status status = mpb_file_read(f->vocab_path, &content);

    if (status == MPB_OK) {
        status = add_lines(&content, f);
    }
    mpb_buffer_clear(&content);
    f->vocabulary_source = f->vocab_path;
    return status;
}

/* A member that must be an object. */
static mpb_status get_object(const mpb_json *parent, const char *name, const char *where,
                             const mpb_json **object)
{
    const mpb_json *member = mpb_json_is_object(parent) ? mpb_json_member(parent, name) : NULL;

    MPB_REQUIRE(member != NULL && mpb_json_is_object(member), MPB_ERR_DATA,
                "member '%s' is missing or no object, an object was expected (%s)", name, where);
    *object = member;
    return MPB_OK;
}

/* tokens[id] = each token of the JSON object; borrowed. */
static mpb_status order_by_id(const mpb_json *vocab, const char *where, const char **tokens)
{
    size_t count = mpb_json_count(vocab);

    for (size_t i = 0; i < count; i++) {
        const char *token = NULL;
        const mpb_json *value = mpb_json_member_at(vocab, i, &token);
        int64_t id = mpb_json_is_integer(value) ? mpb_json_integer(value) : -1;

        MPB_REQUIRE(id >= 0 && (uint64_t)id < count, MPB_ERR_DATA,
                    "the id of token '%s' is no integer from 0 to %zu (%s)", token, count - 1,
                    where);
        MPB_REQUIRE(tokens[id] == NULL, MPB_ERR_DATA,
                    "tokens '%s' and '%s' have the same id %lld (%s)", tokens[id], token,
                    (long long)id, where);
        tokens[id] = token;
    }
    return MPB_OK;
}

/* Calls `use` with the tokens of tokenizer.json in the order of their ids. */
static mpb_status with_json_tokens(files *f,
                                   mpb_status (*use)(files *, const char **tokens, size_t count))
{
    const mpb_json *model = NULL;
    const mpb_json *vocab = NULL;
    const char **tokens;
    mpb_status status;

    MPB_TRY(get_object(f->json, "model", f->json_path, &model));
    MPB_TRY(get_object(model, "vocab", f->json_path, &vocab));
    tokens = calloc(mpb_json_count(vocab) + 1, sizeof(*tokens));
    MPB_REQUIRE(tokens != NULL, MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens",
                mpb_json_count(vocab));
    status = order_by_id(vocab, f->json_path, tokens);
    if (status == MPB_OK) {
        status = use(f, tokens, mpb_json_count(vocab));
    }
    free(tokens);
    return status;
}

static mpb_status take_tokens(files *f, const char **tokens, size_t count)
{
    for (size_t id = 0; id < count; id++) {
        MPB_TRY(mpb_strings_add(&f->vocabulary, tokens[id], strlen(tokens[id])));
    }
    f->vocabulary_source = f->json_path;
    return MPB_OK;
}

static mpb_status compare_tokens(files *f, const char **tokens, size_t count)
{
    MPB_REQUIRE(count == f->vocabulary.count, MPB_ERR_DATA,
                "%zu tokens, but vocab.txt beside it has %zu (%s)", count, f->vocabulary.count,
                f->json_path);
    for (size_t id = 0; id < count; id++) {
        MPB_REQUIRE(strcmp(tokens[id], f->vocabulary.items[id]) == 0, MPB_ERR_DATA,
                    "token %zu is '%s', but '%s' in vocab.txt beside it (%s)", id, tokens[id],
                    f->vocabulary.items[id], f->json_path);
    }
    return MPB_OK;
}

/* A flag that may be absent or null; then *flag stays as it is. */
static mpb_status get_flag(const mpb_json *object, const char *name, const char *where, bool *flag)
{
    const mpb_json *value = mpb_json_member(object, name);

    if (value == NULL || mpb_json_is_null(value)) {
        return MPB_OK;
    }
    MPB_REQUIRE(mpb_json_is_boolean(value), MPB_ERR_DATA,
                "member '%s' is neither true nor false (%s)", name, where);
    *flag = mpb_json_boolean(value);
    return MPB_OK;
}

/* Refuses a text member other than `expected`; absent is right where `optional`. */
static mpb_status require_text(const mpb_json *object, const char *name, const char *expected,
                               bool optional, const char *where)
{
    const char *text = NULL;

    if (optional && mpb_json_member(object, name) == NULL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_get_text(object, name, where, &text));
    MPB_REQUIRE(strcmp(text, expected) == 0, MPB_ERR_DATA,
                "member '%s' is '%s', '%s' was expected of a BERT tokenizer (%s)", name, text,
                expected, where);
    return MPB_OK;
}

static bool is_special(const char *token)
{
    static const char *const known[] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcmp(token, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Added tokens are matched before normalisation; we know BERT's own, matched literally. */
static mpb_status check_added_token(const mpb_json *token, const char *where)
{
    static const char *const flags[] = {"single_word", "lstrip", "rstrip", "normalized"};
    const char *content = NULL;

    MPB_TRY(mpb_json_get_text(token, "content", where, &content));
    MPB_REQUIRE(is_special(content), MPB_ERR_DATA,
                "added token '%s' was found, only [UNK], [CLS], [SEP], [PAD] and [MASK] were "
                "expected (%s)",
                content, where);
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        bool flag = false;

        MPB_TRY(get_flag(token, flags[i], where, &flag));
        MPB_REQUIRE(!flag, MPB_ERR_DATA, "added token %s has '%s' true, false was expected (%s)",
                    content, flags[i], where);
    }
    return MPB_OK;
}

static mpb_status check_added_tokens(const mpb_json *root, const char *where)
{
    const mpb_json *added = mpb_json_member(root, "added_tokens");

    for (size_t i = 0; added != NULL && i < mpb_json_count(added); i++) {
        MPB_REQUIRE(mpb_json_is_array(added), MPB_ERR_DATA,
                    "member 'added_tokens' is no list, a list was expected (%s)", where);
        MPB_TRY(check_added_token(mpb_json_item(added, i), where));
    }
    return MPB_OK;
}

static mpb_status read_model_settings(const mpb_json *root, const char *where,
                                      mpb_tokenizer_options *options)
{
    static const char max[] = "max_input_chars_per_word";
    const mpb_json *model = NULL;
    int64_t characters = DEFAULT_WORD_CHARACTERS;

    MPB_TRY(get_object(root, "model", where, &model));
    MPB_TRY(require_text(model, "type", "WordPiece", true, where));
    MPB_TRY(require_text(model, "unk_token", "[UNK]", true, where));
    MPB_TRY(require_text(model, "continuing_subword_prefix", "##", true, where));
    if (mpb_json_member(model, max) != NULL) {
        MPB_TRY(mpb_json_get_integer(model, max, where, &characters));
    }
    MPB_REQUIRE(characters >= 1 && characters <= INT32_MAX, MPB_ERR_DATA,
                "member '%s' is %lld, a positive number was expected (%s)", max,
                (long long)characters, where);
    options->max_word_characters = (int)characters;
    return MPB_OK;
}

static mpb_status read_json_settings(files *f)
{
    const mpb_json *normalizer = NULL;
    const mpb_json *splitter = NULL;
    mpb_tokenizer_options *options = &f->options;

    MPB_TRY(read_model_settings(f->json, f->json_path, options));
    MPB_TRY(check_added_tokens(f->json, f->json_path));
    MPB_TRY(get_object(f->json, "pre_tokenizer", f->json_path, &splitter));
    MPB_TRY(require_text(splitter, "type", "BertPreTokenizer", false, f->json_path));
    MPB_TRY(get_object(f->json, "normalizer", f->json_path, &normalizer));
    MPB_TRY(require_text(normalizer, "type", "BertNormalizer", false, f->json_path));
    MPB_TRY(get_flag(normalizer, "clean_text", f->json_path, &options->clean_text));
    MPB_TRY(get_flag(normalizer, "handle_chinese_chars", f->json_path, &options->split_chinese));
    MPB_TRY(get_flag(normalizer, "lowercase", f->json_path, &options->lowercase));
    options->strip_accents = options->lowercase;
    return get_flag(normalizer, "strip_accents", f->json_path, &options->strip_accents);
}

/* The slow tokenizer keeps such words whole, the fast one, which is the reference here, splits
 * them; special tokens stay whole in both. */
static mpb_status check_never_split(const mpb_json *root, const char *where)
{
    const mpb_json *list = mpb_json_member(root, "never_split");

    for (size_t i = 0; list != NULL && i < mpb_json_count(list); i++) {
        const mpb_json *word = mpb_json_item(list, i);

        MPB_REQUIRE(word != NULL && mpb_json_is_string(word), MPB_ERR_DATA,
                    "member 'never_split' is no list of words (%s)", where);
        MPB_REQUIRE(is_special(mpb_json_text(word)), MPB_ERR_DATA,
                    "never_split holds '%s', which only the slow tokenizer keeps whole; special "
                    "tokens alone were expected (%s)",
                    mpb_json_text(word), where);
    }
    return MPB_OK;
}

static mpb_status read_config_settings(files *f)
{
    mpb_tokenizer_options *options = &f->options;
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_read(f->config_path, &root));
    status = mpb_json_is_object(root)
                 ? MPB_OK
                 : MPB_FAIL(MPB_ERR_DATA, "no object was found, an object was expected (%s)",
                            f->config_path);
    if (status == MPB_OK) {
        status = get_flag(root, "do_lower_case", f->config_path, &options->lowercase);
    }
    options->strip_accents = options->lowercase;
    if (status == MPB_OK) {
        status = get_flag(root, "strip_accents", f->config_path, &options->strip_accents);
    }
    if (status == MPB_OK) {
        status = get_flag(root, "tokenize_chinese_chars", f->config_path, &options->split_chinese);
    }
    if (status == MPB_OK) {
        status = check_never_split(root, f->config_path);
    }
    mpb_json_destroy(&root);
    return status;
}

static mpb_status find_paths(const char *directory, files *f)
{
    MPB_REQUIRE(mpb_file_is_directory(directory), MPB_ERR_DATA,
                "no directory was found, a model directory was expected (%s)", directory);
    MPB_TRY(mpb_path_join(directory, "vocab.txt", f->vocab_path, MPB_PATH_SIZE));
    MPB_TRY(mpb_path_join(directory, "tokenizer.json", f->json_path, MPB_PATH_SIZE));
    return mpb_path_join(directory, "tokenizer_config.json", f->config_path, MPB_PATH_SIZE);
}

static mpb_status read_vocabulary(const char *directory, files *f)
{
    bool has_text = mpb_file_exists(f->vocab_path);

    MPB_REQUIRE(has_text || f->json != NULL, MPB_ERR_DATA,
                "no vocabulary, vocab.txt or tokenizer.json was expected (%s)", directory);
    if (!has_text) {
        return with_json_tokens(f, take_tokens);
    }
    MPB_TRY(read_vocab_txt(f));
    return f->json == NULL ? MPB_OK : with_json_tokens(f, compare_tokens);
}

static mpb_status read_files(const char *directory, files *f)
{
    MPB_TRY(find_paths(directory, f));
    if (mpb_file_exists(f->json_path)) {
        MPB_TRY(mpb_json_read(f->json_path, &f->json));
        MPB_REQUIRE(mpb_json_is_object(f->json), MPB_ERR_DATA,
                    "no object was found, an object was expected (%s)", f->json_path);
    }
    MPB_TRY(read_vocabulary(directory, f));
    if (f->json != NULL) {
        return read_json_settings(f);
    }
    return mpb_file_exists(f->config_path) ? read_config_settings(f) : MPB_OK;
}

static mpb_status hash_vocabulary(const mpb_strings *vocabulary, char digest[MPB_SHA256_TEXT])
{
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    for (size_t i = 0; i < vocabulary->count; i++) {
        mpb_sha256_update(hash, vocabulary->items[i], strlen(vocabulary->items[i]));
        mpb_sha256_update(hash, "\n", 1);
    }
    mpb_sha256_finish(hash, digest);
    mpb_sha256_destroy(&hash);
    return MPB_OK;
}

static mpb_status load(const char *directory, files *f, mpb_tokenizer **tokenizer,
                       char vocab_sha256[MPB_SHA256_TEXT])
{
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(read_files(directory, f));
    MPB_TRY(hash_vocabulary(&f->vocabulary, digest));
    MPB_TRY(mpb_tokenizer_create(&f->vocabulary, &f->options, f->vocabulary_source, tokenizer));
    memcpy(vocab_sha256, digest, sizeof(digest));
    return MPB_OK;
}

mpb_status mpb_tokenizer_load(const char *directory, mpb_tokenizer **tokenizer,
                              char vocab_sha256[MPB_SHA256_TEXT])
{
    files *f = calloc(1, sizeof(*f));
    mpb_status status;

    MPB_REQUIRE(f != NULL, MPB_ERR_SYSTEM, "no memory for a tokenizer");
    f->options = (mpb_tokenizer_options){.lowercase = true,
                                         .strip_accents = true,
                                         .split_chinese = true,
                                         .clean_text = true,
                                         .max_word_characters = DEFAULT_WORD_CHARACTERS};
    status = load(directory, f, tokenizer, vocab_sha256);
    mpb_json_destroy(&f->json);
    mpb_strings_clear(&f->vocabulary);
    free(f);
    return status;
}
