#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/shards.h"

#include "mpibert/shards/shard_layout.h"

static mpb_status read_count(const mpb_h5 *file, const char *name, uint64_t *count)
{
    int64_t value = 0;

    MPB_TRY(mpb_h5_get_integer(file, name, &value));
    *count = (uint64_t)value;
    return MPB_OK;
}

static mpb_status read_rows(const mpb_h5 *file, const char *name, uint64_t *rows)
{
    mpb_h5_type type;
    size_t found;
    size_t cols;

    MPB_TRY(mpb_h5_shape(file, name, &type, &found, &cols));
    *rows = found;
    return MPB_OK;
}

static mpb_status read_truncation(const mpb_h5 *file, mpb_truncation *t)
{
    MPB_TRY(read_count(file, "num_texts", &t->texts));
    MPB_TRY(read_count(file, "num_truncated_texts", &t->truncated_texts));
    MPB_TRY(read_count(file, "num_text_tokens", &t->tokens));
    MPB_TRY(read_count(file, "num_tokens_cut", &t->tokens_cut));
    MPB_TRY(read_count(file, "num_targets", &t->targets));
    MPB_TRY(read_count(file, "num_targets_cut", &t->targets_cut));
    MPB_TRY(read_count(file, "num_chunked_texts", &t->chunked_texts));
    MPB_TRY(read_count(file, "num_chunks", &t->chunks));
    return read_count(file, "num_skipped", &t->skipped);
}

static mpb_status check_key(const mpb_h5 *file, const char *expected, const char *path)
{
    char *key = NULL;
    bool equal;

    MPB_TRY(mpb_h5_get_text(file, "key", &key));
    equal = strcmp(key, expected) == 0;
    free(key);
    MPB_REQUIRE(equal, MPB_ERR_DATA, "the shard is of another corpus (%s)", path);
    return MPB_OK;
}

static mpb_status read_entry(const mpb_h5 *file, const char *key, const char *path,
                             mpb_shard_entry *entry)
{
    MPB_TRY(check_key(file, key, path));
    MPB_TRY(read_rows(file, "document", &entry->sequences));
    MPB_TRY(read_rows(file, "tokens", &entry->tokens));
    MPB_TRY(read_count(file, "num_documents", &entry->documents));
    return read_truncation(file, &entry->truncation);
}

/* Opening verifies the checksum of the whole file. */
static mpb_status inspect(const char *path, const char *key, mpb_shard_entry *entry)
{
    mpb_h5 *file = NULL;
    mpb_status status;
    mpb_status closed;
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(mpb_h5_open(path, &file));
    status = read_entry(file, key, path, entry);
    closed = mpb_h5_close(&file);
    MPB_TRY(status);
    MPB_TRY(closed);
    MPB_TRY(mpb_sha256_of_file(path, digest));
    memcpy(entry->sha256, digest, sizeof(entry->sha256));
    return MPB_OK;
}

bool mpb_shard_find(const char *directory, const mpb_shard_info *info, mpb_shard_entry *entry)
{
    char path[MPB_PATH_SIZE];
    mpb_shard_entry found = *entry;

    if (mpb_path_join(directory, entry->file, path, sizeof(path)) != MPB_OK ||
        !mpb_file_exists(path) || inspect(path, info->key, &found) != MPB_OK) {
        return false;
    }
    *entry = found;
    return true;
}
