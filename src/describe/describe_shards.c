#include "describe_kinds.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/io/h5.h"
#include "mpibert/shards/shards.h"

/* Lengths of sequences in tokens. */
static mpb_status describe_lengths(const mpb_dataset *dataset, mpb_json *object)
{
    const size_t count = dataset->num_sequences;
    mpb_json *member = mpb_json_new_object();
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    uint64_t sum = 0;

    MPB_TRY(mpb_json_set(object, "lengths", member));
    for (size_t i = 0; i < count; i++) {
        const uint64_t length = mpb_dataset_length(dataset, i);

        sum += length;
        least = length < least ? length : least;
        most = length > most ? length : most;
    }
    if (count == 0) {
        return MPB_OK;
    }
    MPB_TRY(mpb_describe_integer(member, "min", (int64_t)least));
    MPB_TRY(mpb_json_set(member, "mean", mpb_json_new_number((double)sum / (double)count)));
    return mpb_describe_integer(member, "max", (int64_t)most);
}

static mpb_status add_counts(const mpb_strings *names, const size_t *counts, mpb_json *member)
{
    for (size_t j = 0; j < names->count; j++) {
        MPB_TRY(mpb_describe_integer(member, names->items[j], (int64_t)counts[j]));
    }
    return MPB_OK;
}

/* {"sci.space": 130, ...} in the order of the labels; a file by itself may have other numbers than
 * these. */
static mpb_status describe_labels(const mpb_strings *names, const int32_t *labels, size_t count,
                                  mpb_json *object)
{
    mpb_json *member = mpb_json_new_object();
    size_t *counts;
    mpb_status status;

    MPB_TRY(mpb_json_set(object, "labels", member));
    if (labels == NULL) {
        return MPB_OK;
    }
    MPB_TRY(
        mpb_memory_create(names->count, sizeof(*counts), "the counts of labels", (void **)&counts));
    for (size_t i = 0; i < count; i++) {
        if (labels[i] >= 0 && (size_t)labels[i] < names->count) {
            counts[labels[i]]++;
        }
    }
    status = add_counts(names, counts, member);
    mpb_memory_destroy(counts);
    return status;
}

static mpb_status describe_dataset(const mpb_dataset *dataset, mpb_json *object)
{
    size_t count = dataset->num_sequences;

    MPB_TRY(mpb_describe_integer(object, "sequences", (int64_t)count));
    MPB_TRY(mpb_describe_integer(object, "tokens", (int64_t)mpb_dataset_num_tokens(dataset)));
    MPB_TRY(describe_lengths(dataset, object));
    if (dataset->shape.questions) {
        MPB_TRY(mpb_describe_integer(object, "questions", (int64_t)dataset->questions.count));
        MPB_TRY(
            mpb_describe_integer(object, "references", (int64_t)dataset->questions.answers.count));
        MPB_TRY(mpb_describe_integer(object, "contexts",
                                     (int64_t)dataset->questions.contexts.names.count));
    }
    return describe_labels(&dataset->label_names, dataset->labels, count, object);
}

static mpb_status describe_truncation(const mpb_truncation *truncation, mpb_json *object)
{
    mpb_json *member = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, "truncation", member));
    MPB_TRY(mpb_describe_integer(member, "texts", (int64_t)truncation->texts));
    MPB_TRY(mpb_describe_integer(member, "truncated_texts", (int64_t)truncation->truncated_texts));
    MPB_TRY(mpb_describe_integer(member, "tokens", (int64_t)truncation->tokens));
    MPB_TRY(mpb_describe_integer(member, "tokens_cut", (int64_t)truncation->tokens_cut));
    MPB_TRY(mpb_describe_integer(member, "targets", (int64_t)truncation->targets));
    MPB_TRY(mpb_describe_integer(member, "targets_cut", (int64_t)truncation->targets_cut));
    MPB_TRY(mpb_describe_integer(member, "chunked_texts", (int64_t)truncation->chunked_texts));
    MPB_TRY(mpb_describe_integer(member, "chunks", (int64_t)truncation->chunks));
    return mpb_describe_integer(member, "skipped", (int64_t)truncation->skipped);
}

static mpb_status describe_options(const mpb_buffer *text, const char *where, mpb_json *object)
{
    mpb_json *options = NULL;

    MPB_TRY(mpb_json_parse(text->data, text->size, where, &options));
    return mpb_json_set(object, "options", options);
}

static mpb_status describe_info(const mpb_shard_info *info, size_t num_files, const char *where,
                                mpb_json *object)
{
    MPB_TRY(mpb_describe_integer(object, "files", (int64_t)num_files));
    MPB_TRY(mpb_describe_text(object, "task", info->task.data));
    MPB_TRY(mpb_describe_integer(object, "max_seq_length", (int64_t)info->max_seq_length));
    MPB_TRY(mpb_describe_text(object, "tokenizer", info->tokenizer.data));
    MPB_TRY(mpb_describe_text(object, "vocab_sha256", info->vocab_sha256));
    MPB_TRY(mpb_describe_text(object, "source_sha256", info->source_sha256));
    MPB_TRY(mpb_describe_text(object, "program", info->program.data));
    MPB_TRY(describe_options(&info->options, where, object));
    return describe_truncation(&info->truncation, object);
}

mpb_status describe_shards(const char *directory, mpb_json *object)
{
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    mpb_dataset dataset = {0};
    size_t num_files = 0;
    mpb_status status;

    MPB_TRY(mpb_describe_text(object, "kind", "shards"));
    MPB_TRY(mpb_shards_describe(directory, &info, &entries, &num_files));
    free(entries);
    status = describe_info(&info, num_files, directory, object);
    mpb_shard_info_clear(&info);
    MPB_TRY(status);
    MPB_TRY(mpb_shards_read(directory, NULL, MPB_TOKENS_AUTO, &dataset));
    status = describe_dataset(&dataset, object);
    mpb_dataset_clear(&dataset);
    MPB_TRY(status);
    return mpb_describe_text(object, "checksums", "verified");
}

/* The text attributes that a single shard carries. */
static mpb_status describe_attributes(const mpb_h5 *file, mpb_json *object)
{
    static const char *const names[] = {"format",       "task",          "tokenizer",
                                        "vocab_sha256", "source_sha256", "program"};
    int64_t length;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *text = NULL;
        mpb_status status;

        MPB_TRY(mpb_h5_get_text(file, names[i], &text));
        status = mpb_describe_text(object, names[i], text);
        free(text);
        MPB_TRY(status);
    }
    MPB_TRY(mpb_h5_get_integer(file, "max_seq_length", &length));
    return mpb_describe_integer(object, "max_seq_length", length);
}

/* *values (owned by the caller) = all of a one-dimensional dataset. Reading checks its sums. */
static mpb_status read_values(const mpb_h5 *file, const char *name, mpb_h5_type type,
                              size_t element, void **values, size_t *count)
{
    mpb_h5_type stored;
    size_t cols;
    void *made;
    mpb_status status;

    MPB_TRY(mpb_h5_shape(file, name, &stored, count, &cols));
    made = calloc(*count + 1, element);
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for %zu values of %s", *count, name);
    status = mpb_h5_read(file, name, type, made);
    if (status != MPB_OK) {
        free(made);
        return status;
    }
    *values = made;
    return MPB_OK;
}

static mpb_status describe_file_lengths(const mpb_h5 *file, const char *path, mpb_json *object)
{
    uint64_t *offsets = NULL;
    size_t count = 0;
    mpb_status status;

    MPB_TRY(read_values(file, "offsets", MPB_H5_U64, sizeof(*offsets), (void **)&offsets, &count));
    if (count == 0) {
        status = MPB_FAIL(MPB_ERR_DATA, "dataset 'offsets' is empty (%s)", path);
    } else {
        status = mpb_describe_integer(object, "sequences", (int64_t)count - 1);
    }
    if (status == MPB_OK) {
        status = describe_lengths(&(mpb_dataset){.num_sequences = count - 1, .offsets = offsets},
                                  object);
    }
    free(offsets);
    return status;
}

static mpb_status describe_file_tokens(const mpb_h5 *file, mpb_json *object)
{
    uint32_t *tokens = NULL;
    size_t count = 0;

    MPB_TRY(read_values(file, "tokens", MPB_H5_U32, sizeof(*tokens), (void **)&tokens, &count));
    free(tokens);
    return mpb_describe_integer(object, "tokens", (int64_t)count);
}

/* Counts of classes; scores and several labels an example have rows of numbers. */
static mpb_status describe_file_labels(const mpb_h5 *file, mpb_json *object)
{
    mpb_strings names = {0};
    int32_t *labels = NULL;
    mpb_h5_type type;
    size_t count = 0;
    size_t cols;
    mpb_status status;

    if (!mpb_h5_has(file, "labels")) {
        return MPB_OK;
    }
    MPB_TRY(mpb_h5_shape(file, "labels", &type, &count, &cols));
    if (cols > 0) {
        return MPB_OK;
    }
    MPB_TRY(read_values(file, "labels", MPB_H5_I32, sizeof(*labels), (void **)&labels, &count));
    status = mpb_h5_get_strings(file, "label_names", &names);
    if (status == MPB_OK) {
        status = describe_labels(&names, labels, count, object);
    }
    mpb_strings_clear(&names);
    free(labels);
    return status;
}

static mpb_status describe_content(const mpb_h5 *file, const char *path, mpb_json *object)
{
    MPB_TRY(describe_attributes(file, object));
    MPB_TRY(describe_file_tokens(file, object));
    MPB_TRY(describe_file_lengths(file, path, object));
    MPB_TRY(describe_file_labels(file, object));
    return mpb_describe_text(object, "checksums", "verified");
}

mpb_status describe_shard(const char *path, mpb_json *object)
{
    mpb_h5 *file = NULL;
    mpb_status status;
    mpb_status closed;

    MPB_TRY(mpb_describe_text(object, "kind", "shard"));
    MPB_TRY(mpb_h5_open(path, &file));
    status = describe_content(file, path, object);
    closed = mpb_h5_close(&file);
    return status != MPB_OK ? status : closed;
}
