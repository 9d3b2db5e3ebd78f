#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/data/shards.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"
#include "shard_names.h"

enum { SMALL_VOCABULARY = 65536 }; /* its ids fit 16 bits */

void mpb_shard_name(size_t index, size_t count, char name[MPB_SHARD_NAME_SIZE])
{
    snprintf(name, MPB_SHARD_NAME_SIZE, "shard-%05zu-of-%05zu.h5", index, count);
}

void mpb_shard_info_clear(mpb_shard_info *info)
{
    mpb_buffer_clear(&info->task);
    mpb_buffer_clear(&info->tokenizer);
    mpb_buffer_clear(&info->program);
    mpb_buffer_clear(&info->options);
    mpb_buffer_clear(&info->truncated);
    mpb_strings_clear(&info->label_names);
    *info = (mpb_shard_info){0};
}

static uint64_t count_documents(const mpb_dataset *dataset)
{
    uint64_t count = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        count += i == 0 || dataset->document[i] != dataset->document[i - 1];
    }
    return count;
}

static mpb_status write_attributes(mpb_h5 *file, const mpb_shard_info *info, uint64_t documents)
{
    MPB_TRY(mpb_h5_set_text(file, "format", MPB_SHARD_FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", MPB_SHARDS_VERSION));
    MPB_TRY(mpb_h5_set_text(file, "task", info->task.data));
    MPB_TRY(mpb_h5_set_strings(file, "label_names", &info->label_names));
    MPB_TRY(mpb_h5_set_integer(file, "max_seq_length", (int64_t)info->max_seq_length));
    MPB_TRY(mpb_h5_set_integer(file, "stride", 0));
    MPB_TRY(mpb_h5_set_text(file, "stride_mode", MPB_SHARD_STRIDE_MODE));
    MPB_TRY(mpb_h5_set_text(file, "truncation", info->truncated.data));
    MPB_TRY(mpb_h5_set_text(file, "vocab_sha256", info->vocab_sha256));
    MPB_TRY(mpb_h5_set_integer(file, "vocab_size", (int64_t)info->vocab_size));
    MPB_TRY(mpb_h5_set_text(file, "tokenizer", info->tokenizer.data));
    MPB_TRY(mpb_h5_set_text(file, "source_sha256", info->source_sha256));
    MPB_TRY(mpb_h5_set_text(file, "options", info->options.data));
    MPB_TRY(mpb_h5_set_integer(file, "num_documents", (int64_t)documents));
    return mpb_h5_set_text(file, "program", info->program.data);
}

static mpb_status write_tokens(mpb_h5 *file, const mpb_shard_info *info, const mpb_dataset *dataset)
{
    size_t count = (size_t)dataset->offsets[dataset->num_sequences];
    uint16_t *narrow;
    mpb_status status;

    if (info->vocab_size > SMALL_VOCABULARY) {
        return mpb_h5_write(file, "tokens", MPB_H5_U32, count, 0, dataset->tokens);
    }
    narrow = malloc(count * sizeof(*narrow));
    MPB_REQUIRE(narrow != NULL, MPB_ERR_SYSTEM, "no memory for %zu tokens of a shard", count);
    for (size_t i = 0; i < count; i++) {
        narrow[i] = (uint16_t)dataset->tokens[i];
    }
    status = mpb_h5_write(file, "tokens", MPB_H5_U16, count, 0, narrow);
    free(narrow);
    return status;
}

static mpb_status write_content(mpb_h5 *file, const mpb_shard_info *info,
                                const mpb_dataset *dataset, uint64_t documents)
{
    size_t n = dataset->num_sequences;

    MPB_TRY(write_attributes(file, info, documents));
    MPB_TRY(write_tokens(file, info, dataset));
    MPB_TRY(mpb_h5_write(file, "offsets", MPB_H5_U64, n + 1, 0, dataset->offsets));
    MPB_TRY(mpb_h5_write(file, "segment_b", MPB_H5_U32, n, 0, dataset->segment_b));
    MPB_TRY(mpb_h5_write(file, "document", MPB_H5_U64, n, 0, dataset->document));
    MPB_TRY(mpb_h5_write(file, "chunk", MPB_H5_U32, n, 0, dataset->chunk));
    MPB_TRY(mpb_h5_write_strings(file, "id", &dataset->ids));
    if (dataset->labels == NULL) {
        return MPB_OK;
    }
    return mpb_h5_write(file, "labels", MPB_H5_I32, n, 0, dataset->labels);
}

/* Closes the file in any case; the first failure counts. */
static mpb_status write_file(const char *path, const mpb_shard_info *info,
                             const mpb_dataset *dataset, uint64_t documents)
{
    mpb_h5 *file = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_create(path, &file));
    status = write_content(file, info, dataset, documents);
    if (status != MPB_OK) {
        /* The description of the first failure must survive the close. */
        char first[1024];

        snprintf(first, sizeof(first), "%s", mpb_status_last());
        if (mpb_h5_close(&file) != MPB_OK) {
            return MPB_FAIL(status, "%s", first);
        }
        return status;
    }
    return mpb_h5_close(&file);
}

mpb_status mpb_shard_write(const char *directory, const mpb_shard_info *info,
                           const mpb_dataset *dataset, mpb_shard_entry *entry)
{
    uint64_t documents = count_documents(dataset);
    char path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(mpb_path_join(directory, entry->file, path, sizeof(path)));
    MPB_TRY(write_file(path, info, dataset, documents));
    MPB_TRY(mpb_sha256_of_file(path, digest));
    memcpy(entry->sha256, digest, sizeof(entry->sha256));
    entry->sequences = dataset->num_sequences;
    entry->tokens = dataset->offsets[dataset->num_sequences];
    entry->documents = documents;
    return MPB_OK;
}
