#include <stdio.h>
#include <string.h>

#include "mpibert/data/corpus.h"
#include "mpibert/io/file.h"
#include "mpibert/io/sha256.h"

_Static_assert((int)MPB_SHARD_HASH_SIZE == (int)MPB_SHA256_TEXT, "one length of a hash as text");

/* Each part goes in with its length, so that no two lists of parts look alike. */
static void update(mpb_sha256 *hash, const void *bytes, size_t count)
{
    char length[32];
    int digits = snprintf(length, sizeof(length), "%zu:", count);

    mpb_sha256_update(hash, length, (size_t)digits);
    mpb_sha256_update(hash, bytes, count);
}

static void update_text(mpb_sha256 *hash, const char *text)
{
    update(hash, text, strlen(text));
}

static mpb_status update_file(mpb_sha256 *hash, const char *path)
{
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(mpb_sha256_of_file(path, digest));
    update_text(hash, digest);
    return MPB_OK;
}

/* A folder of texts is at most two levels deep: classes, and files in them. */
static mpb_status update_folder(mpb_sha256 *hash, const char *folder, int depth)
{
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list(folder, &names);

    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        char path[MPB_PATH_SIZE];

        update_text(hash, names.items[i]);
        status = mpb_path_join(folder, names.items[i], path, sizeof(path));
        if (status == MPB_OK && mpb_file_is_directory(path)) {
            status = depth > 1 ? MPB_FAIL(MPB_ERR_DATA,
                                          "a folder was found, a file with one text was expected "
                                          "(%s)",
                                          path)
                               : update_folder(hash, path, depth + 1);
        } else if (status == MPB_OK) {
            status = update_file(hash, path);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

static mpb_status update_sources(mpb_sha256 *hash, const mpb_strings *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];

        MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)",
                    path);
        if (mpb_file_is_directory(path)) {
            MPB_TRY(update_folder(hash, path, 1));
        } else {
            MPB_TRY(update_file(hash, path));
        }
    }
    return MPB_OK;
}

mpb_status mpb_corpus_source_hash(const mpb_corpus_options *options,
                                  char digest[MPB_SHARD_HASH_SIZE])
{
    mpb_sha256 *hash = NULL;
    mpb_status status;

    MPB_TRY(mpb_sha256_create(&hash));
    status = update_sources(hash, options->paths);
    if (status == MPB_OK) {
        mpb_sha256_finish(hash, digest);
    }
    mpb_sha256_destroy(&hash);
    return status;
}

/* The format that AUTO finds depends on the names of files, which the contents do not hold. */
static mpb_status update_formats(mpb_sha256 *hash, const mpb_corpus_options *options)
{
    for (size_t i = 0; i < options->paths->count; i++) {
        mpb_data_format format;

        MPB_TRY(mpb_data_format_find(options->paths->items[i], options->read.format, &format));
        update(hash, &(unsigned char){(unsigned char)format}, 1);
    }
    return MPB_OK;
}

static mpb_status update_all(mpb_sha256 *hash, const mpb_corpus_options *options,
                             const mpb_buffer *json)
{
    char source[MPB_SHARD_HASH_SIZE];

    MPB_TRY(mpb_corpus_source_hash(options, source));
    update_text(hash, source);
    MPB_TRY(update_formats(hash, options));
    update_text(hash, options->vocab_sha256);
    update_text(hash, options->tokenizer_name);
    update_text(hash, options->task);
    update_text(hash, options->program);
    update(hash, json->data, json->size);
    return MPB_OK;
}

mpb_status mpb_corpus_cache_key(const mpb_corpus_options *options, char key[MPB_SHARD_HASH_SIZE])
{
    mpb_buffer json = {0};
    mpb_sha256 *hash = NULL;
    mpb_status status = mpb_corpus_describe(options, &json);

    if (status == MPB_OK) {
        status = mpb_sha256_create(&hash);
    }
    if (status == MPB_OK) {
        status = update_all(hash, options, &json);
    }
    if (status == MPB_OK) {
        mpb_sha256_finish(hash, key);
    }
    mpb_sha256_destroy(&hash);
    mpb_buffer_clear(&json);
    return status;
}
