#include <stdlib.h>
#include <string.h>

#include "model_dir_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

static mpb_status copy_if_there(const char *from, const char *name, const char *directory,
                                bool *copied)
{
    char source[MPB_PATH_SIZE];
    char target[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(from, name, source, sizeof(source)));
    MPB_TRY(mpb_path_join(directory, name, target, sizeof(target)));
    *copied = mpb_file_exists(source);
    return *copied ? mpb_file_copy(source, target) : MPB_OK;
}

enum { MAX_TOKENS = 1024 * 1024 };

/* *count = one more than the highest id of {token: id}. */
static mpb_status count_ids(const mpb_json *vocabulary, const char *where, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < mpb_json_count(vocabulary); i++) {
        const char *token;
        const mpb_json *value = mpb_json_member_at(vocabulary, i, &token);
        const int64_t id = mpb_json_is_integer(value) ? mpb_json_integer(value) : -1;

        MPB_REQUIRE(id >= 0 && id < MAX_TOKENS, MPB_ERR_DATA,
                    "token '%.100s' has no id from 0 to %d (model.vocab of %s)", token,
                    MAX_TOKENS - 1, where);
        *count = (size_t)id >= *count ? (size_t)id + 1 : *count;
    }
    return MPB_OK;
}

/* tokens[id] = token for every member of the vocabulary. */
static mpb_status order_tokens(const mpb_json *vocabulary, const char *where, const char **tokens)
{
    for (size_t i = 0; i < mpb_json_count(vocabulary); i++) {
        const char *token;
        const int64_t id = mpb_json_integer(mpb_json_member_at(vocabulary, i, &token));

        MPB_REQUIRE(tokens[id] == NULL, MPB_ERR_DATA,
                    "tokens '%.100s' and '%.100s' have the same id (model.vocab of %s)", tokens[id],
                    token, where);
        tokens[id] = token;
    }
    return MPB_OK;
}

/* vocab.txt holds a token a line. */
static mpb_status append_token(const char *token, size_t id, const char *where, mpb_buffer *lines)
{
    MPB_REQUIRE(strpbrk(token, "\r\n") == NULL, MPB_ERR_DATA,
                "token %zu, '%.100s', holds a line break, none was expected (model.vocab of %s)",
                id, token, where);
    return mpb_buffer_append_format(lines, "%s\n", token);
}

/* An id without a token is a blank line. */
static mpb_status list_tokens(const mpb_json *vocabulary, const char *where, mpb_buffer *lines)
{
    size_t count = 0;
    const char **tokens;
    mpb_status status;

    MPB_TRY(count_ids(vocabulary, where, &count));
    tokens = calloc(count + 1, sizeof(*tokens));
    MPB_REQUIRE(tokens != NULL, MPB_ERR_SYSTEM, "no memory for %zu tokens", count);
    status = order_tokens(vocabulary, where, tokens);
    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        status = append_token(tokens[i] == NULL ? "" : tokens[i], i, where, lines);
    }
    free(tokens);
    return status;
}

static mpb_status vocabulary_from_json(const mpb_json *root, const char *where, mpb_buffer *lines)
{
    const mpb_json *model = mpb_json_is_object(root) ? mpb_json_member(root, "model") : NULL;
    const mpb_json *vocabulary = NULL;

    if (model != NULL && mpb_json_is_object(model)) {
        vocabulary = mpb_json_member(model, "vocab");
    }
    MPB_REQUIRE(vocabulary != NULL && mpb_json_is_object(vocabulary) &&
                    mpb_json_count(vocabulary) > 0,
                MPB_ERR_DATA, "member model.vocab is missing, an object was expected (%s)", where);
    return list_tokens(vocabulary, where, lines);
}

static mpb_status write_vocabulary(const char *from, const char *directory)
{
    char source[MPB_PATH_SIZE];
    char target[MPB_PATH_SIZE];
    mpb_buffer lines = {0};
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_path_join(from, "tokenizer.json", source, sizeof(source)));
    MPB_TRY(mpb_path_join(directory, "vocab.txt", target, sizeof(target)));
    MPB_TRY(mpb_json_read_large(source, &root));
    status = vocabulary_from_json(root, source, &lines);
    mpb_json_destroy(&root);
    if (status == MPB_OK) {
        status = mpb_file_replace(target, lines.data, lines.size);
    }
    mpb_buffer_clear(&lines);
    return status;
}

mpb_status tokenizer_files_copy(const char *from, const char *directory)
{
    static const char *const others[] = {"tokenizer_config.json", "special_tokens_map.json",
                                         "added_tokens.json"};
    bool has_list = false;
    bool has_json = false;
    bool has_other = false;

    MPB_TRY(copy_if_there(from, "vocab.txt", directory, &has_list));
    MPB_TRY(copy_if_there(from, "tokenizer.json", directory, &has_json));
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        MPB_TRY(copy_if_there(from, others[i], directory, &has_other));
    }
    MPB_REQUIRE(has_list || has_json, MPB_ERR_DATA,
                "no vocabulary was found, vocab.txt or tokenizer.json was expected (%s)", from);
    if (!has_list) {
        MPB_TRY(write_vocabulary(from, directory));
    }
    return has_json ? tokenizer_class_keep(from, directory) : MPB_OK;
}
