#include "mpibert/encode/tokenizer_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/sha256.h"
#include "tokenizer_source.h"

typedef mpb_status read_fn(const char *path, mpb_json **root);

/* Reads DIRECTORY/NAME where it is there. */
static mpb_status open_file(const char *directory, const char *name, read_fn *read,
                            mpb_tokenizer_file *file)
{
    MPB_TRY(mpb_path_join(directory, name, file->path, sizeof(file->path)));
    if (!mpb_file_exists(file->path)) {
        return MPB_OK;
    }
    MPB_TRY(read(file->path, &file->root));
    MPB_REQUIRE(mpb_json_is_object(file->root), MPB_ERR_DATA,
                "no object was found, an object was expected (%s)", file->path);
    return MPB_OK;
}

static mpb_status open_files(const char *directory, mpb_tokenizer_source *s)
{
    MPB_REQUIRE(mpb_file_is_directory(directory), MPB_ERR_DATA,
                "no directory was found, a model directory was expected (%s)", directory);
    MPB_TRY(mpb_path_join(directory, "vocab.txt", s->vocab_path, sizeof(s->vocab_path)));
    MPB_TRY(open_file(directory, "tokenizer.json", mpb_json_read_large, &s->json));
    MPB_TRY(open_file(directory, "tokenizer_config.json", mpb_json_read, &s->config));
    MPB_TRY(open_file(directory, "special_tokens_map.json", mpb_json_read, &s->specials));
    MPB_TRY(open_file(directory, "added_tokens.json", mpb_json_read, &s->added));
    return open_file(directory, "config.json", mpb_json_read, &s->model);
}

static void clear(mpb_tokenizer_source *s)
{
    mpb_json_destroy(&s->json.root);
    mpb_json_destroy(&s->config.root);
    mpb_json_destroy(&s->specials.root);
    mpb_json_destroy(&s->added.root);
    mpb_json_destroy(&s->model.root);
    mpb_strings_clear(&s->vocabulary);
    free(s->listed);
}

static mpb_status read_files(const char *directory, mpb_tokenizer_source *s)
{
    MPB_TRY(open_files(directory, s));
    MPB_TRY(mpb_tokenizer_read_vocabulary(directory, s));
    MPB_TRY(mpb_tokenizer_read_settings(s));
    MPB_TRY(mpb_tokenizer_read_added(s));
    return mpb_tokenizer_number_added(s);
}

static void hash_text(mpb_sha256 *hash, const char *text)
{
    mpb_sha256_update(hash, text, strlen(text));
    mpb_sha256_update(hash, "\n", 1);
}

/* One of BERT's own that is found as it is says nothing that the vocabulary does not. */
static bool is_plain(const mpb_added_token *token)
{
    return token->text[0] == '[' && !token->single_word && !token->lstrip && !token->rstrip &&
           !token->normalized &&
           (strcmp(token->text, "[UNK]") == 0 || strcmp(token->text, "[CLS]") == 0 ||
            strcmp(token->text, "[SEP]") == 0 || strcmp(token->text, "[PAD]") == 0 ||
            strcmp(token->text, "[MASK]") == 0);
}

static void hash_added(mpb_sha256 *hash, const mpb_added_token *token)
{
    char flags[64];

    snprintf(flags, sizeof(flags), "%u %d%d%d%d", token->id, token->single_word, token->lstrip,
             token->rstrip, token->normalized);
    mpb_sha256_update(hash, "", 1); /* a NUL, which no token of the vocabulary has */
    hash_text(hash, flags);
    hash_text(hash, token->text);
}

static mpb_status hash_tokens(const mpb_tokenizer_source *s, char digest[MPB_SHA256_TEXT])
{
    const size_t count = mpb_tokenizer_used_ids(&s->vocabulary);
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    for (size_t i = 0; i < count; i++) {
        hash_text(hash, s->vocabulary.items[i]);
    }
    for (size_t i = 0; i < s->num_listed; i++) {
        if (!is_plain(&s->listed[i].token)) {
            hash_added(hash, &s->listed[i].token);
        }
    }
    mpb_sha256_finish(hash, digest);
    mpb_sha256_destroy(&hash);
    return MPB_OK;
}

static mpb_status create(const mpb_tokenizer_source *s, mpb_tokenizer **tokenizer)
{
    mpb_added_token *added = calloc(s->num_listed + 1, sizeof(*added));
    mpb_status status;

    MPB_REQUIRE(added != NULL, MPB_ERR_SYSTEM, "no memory for %zu added tokens", s->num_listed);
    for (size_t i = 0; i < s->num_listed; i++) {
        added[i] = s->listed[i].token;
    }
    status = mpb_tokenizer_create_added(&s->vocabulary, added, s->num_listed, &s->options,
                                        s->vocabulary_source, tokenizer);
    free(added);
    return status;
}

static mpb_status load(const char *directory, mpb_tokenizer_source *s, mpb_tokenizer **tokenizer,
                       char vocab_sha256[MPB_SHA256_TEXT])
{
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(read_files(directory, s));
    MPB_TRY(hash_tokens(s, digest));
    MPB_TRY(create(s, tokenizer));
    memcpy(vocab_sha256, digest, sizeof(digest));
    return MPB_OK;
}

mpb_status mpb_tokenizer_load(const char *directory, mpb_tokenizer **tokenizer,
                              char vocab_sha256[MPB_SHA256_TEXT])
{
    mpb_tokenizer_source *s = calloc(1, sizeof(*s));
    mpb_status status;

    MPB_REQUIRE(s != NULL, MPB_ERR_SYSTEM, "no memory for a tokenizer");
    status = load(directory, s, tokenizer, vocab_sha256);
    clear(s);
    free(s);
    return status;
}
