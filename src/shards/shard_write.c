#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/shard_layout.h"
#include "mpibert/shards/shards.h"
#include "shard_questions.h"

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
    mpb_buffer_clear(&info->long_documents);
    mpb_buffer_clear(&info->stride_mode);
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

static mpb_status write_truncation(mpb_h5 *file, const mpb_truncation *t)
{
    MPB_TRY(mpb_h5_set_integer(file, "num_texts", (int64_t)t->texts));
    MPB_TRY(mpb_h5_set_integer(file, "num_truncated_texts", (int64_t)t->truncated_texts));
    MPB_TRY(mpb_h5_set_integer(file, "num_text_tokens", (int64_t)t->tokens));
    MPB_TRY(mpb_h5_set_integer(file, "num_tokens_cut", (int64_t)t->tokens_cut));
    MPB_TRY(mpb_h5_set_integer(file, "num_targets", (int64_t)t->targets));
    MPB_TRY(mpb_h5_set_integer(file, "num_targets_cut", (int64_t)t->targets_cut));
    MPB_TRY(mpb_h5_set_integer(file, "num_chunked_texts", (int64_t)t->chunked_texts));
    MPB_TRY(mpb_h5_set_integer(file, "num_chunks", (int64_t)t->chunks));
    return mpb_h5_set_integer(file, "num_skipped", (int64_t)t->skipped);
}

static mpb_status write_attributes(mpb_h5 *file, const mpb_shard_info *info,
                                   const mpb_shard_entry *entry)
{
    MPB_TRY(mpb_h5_set_text(file, "format", MPB_SHARD_FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", MPB_SHARDS_VERSION));
    MPB_TRY(mpb_h5_set_text(file, "task", info->task.data));
    MPB_TRY(mpb_h5_set_strings(file, "label_names", &info->label_names));
    MPB_TRY(mpb_h5_set_integer(file, "max_seq_length", (int64_t)info->max_seq_length));
    MPB_TRY(mpb_h5_set_integer(file, "stride", (int64_t)info->stride));
    MPB_TRY(mpb_h5_set_text(file, "stride_mode", info->stride_mode.data));
    MPB_TRY(mpb_h5_set_text(file, "truncation", info->long_documents.data));
    MPB_TRY(mpb_h5_set_text(file, "vocab_sha256", info->vocab_sha256));
    MPB_TRY(mpb_h5_set_integer(file, "vocab_size", (int64_t)info->vocab_size));
    MPB_TRY(mpb_h5_set_text(file, "tokenizer", info->tokenizer.data));
    MPB_TRY(mpb_h5_set_text(file, "source_sha256", info->source_sha256));
    MPB_TRY(mpb_h5_set_text(file, "key", info->key));
    MPB_TRY(mpb_h5_set_text(file, "options", info->options.data));
    MPB_TRY(mpb_h5_set_integer(file, "num_documents", (int64_t)entry->documents));
    MPB_TRY(mpb_h5_set_integer(file, "num_source_documents", (int64_t)info->source_documents));
    MPB_TRY(write_truncation(file, &entry->truncation));
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
    narrow = malloc((count + 1) * sizeof(*narrow));
    MPB_REQUIRE(narrow != NULL, MPB_ERR_SYSTEM, "no memory for %zu tokens of a shard", count);
    for (size_t i = 0; i < count; i++) {
        narrow[i] = (uint16_t)dataset->tokens[i];
    }
    status = mpb_h5_write(file, "tokens", MPB_H5_U16, count, 0, narrow);
    free(narrow);
    return status;
}

static mpb_status write_arrays(mpb_h5 *file, const mpb_dataset *dataset)
{
    mpb_dataset view = *dataset; /* the table leads to pointers that may be changed */

    for (size_t i = 0; i < mpb_num_shard_arrays; i++) {
        const mpb_shard_array *array = &mpb_shard_arrays[i];
        size_t rows = array->by_token ? (size_t)dataset->offsets[dataset->num_sequences]
                                      : dataset->num_sequences;
        size_t cols = array->is_table ? dataset->shape.value_width : 0;

        if (array->exists(&dataset->shape)) {
            MPB_TRY(mpb_h5_write(file, array->name, array->type, rows, cols,
                                 *mpb_shard_array_of(&view, array)));
        }
    }
    return MPB_OK;
}

static mpb_status write_content(mpb_h5 *file, const mpb_shard_info *info,
                                const mpb_dataset *dataset, const mpb_shard_entry *entry)
{
    MPB_TRY(write_attributes(file, info, entry));
    MPB_TRY(write_tokens(file, info, dataset));
    MPB_TRY(
        mpb_h5_write(file, "offsets", MPB_H5_U64, dataset->num_sequences + 1, 0, dataset->offsets));
    MPB_TRY(write_arrays(file, dataset));
    if (dataset->shape.questions) {
        MPB_TRY(mpb_shard_write_questions(file, &dataset->questions));
    }
    return mpb_h5_write_strings(file, "id", &dataset->ids);
}

static mpb_status write_file(const char *path, const mpb_shard_info *info,
                             const mpb_dataset *dataset, const mpb_shard_entry *entry)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_create(path, &file));
    mpb_h5_set_compression(file, info->compression);
    return mpb_h5_end(&file, write_content(file, info, dataset, entry));
}

mpb_status mpb_shard_write(const char *directory, const mpb_shard_info *info,
                           const mpb_dataset *dataset, mpb_shard_entry *entry)
{
    uint64_t no_offsets[1] = {0};
    const mpb_dataset nothing = {.shape = dataset->shape, .offsets = no_offsets};
    const mpb_dataset *content = dataset->num_sequences == 0 ? &nothing : dataset;
    char path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];

    entry->sequences = content->num_sequences;
    entry->tokens = content->offsets[content->num_sequences];
    entry->documents = count_documents(content);
    MPB_TRY(mpb_path_join(directory, entry->file, path, sizeof(path)));
    MPB_TRY(write_file(path, info, content, entry));
    MPB_TRY(mpb_sha256_of_file(path, digest));
    memcpy(entry->sha256, digest, sizeof(entry->sha256));
    return MPB_OK;
}
