#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/data/shards.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"

#include "shard_layout.h"

/* One shard while it is read. */
typedef struct shard {
    const mpb_shard_info *info;   /* borrowed */
    const mpb_shard_entry *entry; /* borrowed */
    const char *path;             /* borrowed */
    mpb_h5 *file;                 /* owned */
    mpb_dataset content;
} shard;

static mpb_status clear(shard *s)
{
    mpb_dataset_clear(&s->content);
    return s->file == NULL ? MPB_OK : mpb_h5_close(&s->file);
}

static mpb_status check_hash(const shard *s)
{
    char digest[MPB_SHA256_TEXT];

    MPB_REQUIRE(mpb_file_exists(s->path), MPB_ERR_DATA,
                "the shard is missing that the manifest lists (%s)", s->path);
    MPB_TRY(mpb_sha256_of_file(s->path, digest));
    MPB_REQUIRE(strcmp(digest, s->entry->sha256) == 0, MPB_ERR_DATA,
                "the shard is damaged: its SHA-256 is %s, the manifest says %s (%s)", digest,
                s->entry->sha256, s->path);
    return MPB_OK;
}

static mpb_status check_text(const shard *s, const char *name, const char *expected)
{
    char *text = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_get_text(s->file, name, &text));
    status = strcmp(text, expected) == 0
                 ? MPB_OK
                 : MPB_FAIL(MPB_ERR_DATA, "attribute %s is '%s', '%s' was expected (%s)", name,
                            text, expected, s->path);
    free(text);
    return status;
}

static mpb_status check_integer(const shard *s, const char *name, int64_t expected)
{
    int64_t value;

    MPB_TRY(mpb_h5_get_integer(s->file, name, &value));
    MPB_REQUIRE(value == expected, MPB_ERR_DATA,
                "attribute %s is %" PRId64 ", %" PRId64 " was expected (%s)", name, value, expected,
                s->path);
    return MPB_OK;
}

static mpb_status check_label_names(const shard *s)
{
    mpb_strings names = {0};
    bool equal;

    MPB_TRY(mpb_h5_get_strings(s->file, "label_names", &names));
    equal = mpb_strings_equal(&names, &s->info->label_names);
    mpb_strings_clear(&names);
    MPB_REQUIRE(equal, MPB_ERR_DATA, "attribute label_names is not what the manifest says (%s)",
                s->path);
    return MPB_OK;
}

static mpb_status check_attributes(const shard *s)
{
    MPB_TRY(check_text(s, "format", MPB_SHARD_FORMAT));
    MPB_TRY(check_integer(s, "version", MPB_SHARDS_VERSION));
    MPB_TRY(check_text(s, "task", s->info->task.data));
    MPB_TRY(check_text(s, "vocab_sha256", s->info->vocab_sha256));
    MPB_TRY(check_integer(s, "vocab_size", (int64_t)s->info->vocab_size));
    MPB_TRY(check_integer(s, "max_seq_length", (int64_t)s->info->max_seq_length));
    MPB_TRY(check_text(s, "key", s->info->key));
    MPB_TRY(check_integer(s, "num_documents", (int64_t)s->entry->documents));
    return check_label_names(s);
}

enum { SHAPE_SIZE = 48 };

/* "14", or "14 x 3" */
static const char *shape_text(uint64_t rows, size_t cols, char text[SHAPE_SIZE])
{
    if (cols == 0) {
        snprintf(text, SHAPE_SIZE, "%" PRIu64, rows);
    } else {
        snprintf(text, SHAPE_SIZE, "%" PRIu64 " x %zu", rows, cols);
    }
    return text;
}

/* Reads a data set of exactly rows x cols (0: one dimension) elements into a new *out. */
static mpb_status read_array(const shard *s, const mpb_shard_array *array, uint64_t rows,
                             size_t cols, void **out)
{
    mpb_h5_type stored;
    size_t found_rows;
    size_t found_cols;
    char found[SHAPE_SIZE];
    char expected[SHAPE_SIZE];
    size_t count = rows * (cols == 0 ? 1 : cols);

    MPB_TRY(mpb_h5_shape(s->file, array->name, &stored, &found_rows, &found_cols));
    MPB_REQUIRE(found_rows == rows && found_cols == cols, MPB_ERR_DATA,
                "/%s has %s elements, %s were expected (%s)", array->name,
                shape_text(found_rows, found_cols, found), shape_text(rows, cols, expected),
                s->path);
    *out = calloc(count == 0 ? 1 : count, array->element);
    MPB_REQUIRE(*out != NULL, MPB_ERR_SYSTEM, "no memory for %zu elements (%s)", count, s->path);
    return mpb_h5_read(s->file, array->name, array->type, *out);
}

static const mpb_shard_array tokens_array = {
    .name = "tokens", .type = MPB_H5_U32, .element = sizeof(uint32_t)};
static const mpb_shard_array offsets_array = {
    .name = "offsets", .type = MPB_H5_U64, .element = sizeof(uint64_t)};

/* The columns of /labels: one score, or a number for each label. */
static mpb_status find_width(const shard *s, size_t expected, size_t *width)
{
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(s->file, "labels", &type, &rows, &cols));
    MPB_REQUIRE(cols > 0, MPB_ERR_DATA,
                "/labels has one dimension, a row of numbers a sequence was expected (%s)",
                s->path);
    MPB_REQUIRE(cols == expected, MPB_ERR_DATA,
                "/labels has %zu columns, %zu were expected for task %s (%s)", cols, expected,
                s->info->task.data, s->path);
    *width = cols;
    return MPB_OK;
}

/* What targets a shard has follows from its task and from what is there. */
static mpb_status find_shape(shard *s)
{
    mpb_dataset_shape *shape = &s->content.shape;
    const char *task = s->info->task.data;
    bool labelled = mpb_h5_has(s->file, "labels");

    shape->answers = mpb_h5_has(s->file, "answers/start");
    shape->characters = mpb_h5_has(s->file, "char_start");
    shape->token_labels = labelled && strcmp(task, "token") == 0;
    if (labelled && strcmp(task, "regression") == 0) {
        MPB_TRY(find_width(s, 1, &shape->value_width));
    }
    if (labelled && strcmp(task, "multilabel") == 0) {
        MPB_TRY(find_width(s, s->info->label_names.count, &shape->value_width));
    }
    shape->labels = labelled && !shape->token_labels && shape->value_width == 0;
    return MPB_OK;
}

static mpb_status read_arrays(shard *s)
{
    uint64_t n = s->entry->sequences;
    void *made = NULL;
    mpb_status status;

    MPB_TRY(find_shape(s));
    status = read_array(s, &offsets_array, n + 1, 0, &made);
    s->content.offsets = made;
    MPB_TRY(status);
    made = NULL;
    status = read_array(s, &tokens_array, s->entry->tokens, 0, &made);
    s->content.tokens = made;
    MPB_TRY(status);
    for (size_t i = 0; i < mpb_num_shard_arrays; i++) {
        const mpb_shard_array *array = &mpb_shard_arrays[i];

        if (array->exists(&s->content.shape)) {
            MPB_TRY(read_array(s, array, array->by_token ? s->entry->tokens : n,
                               array->is_table ? s->content.shape.value_width : 0,
                               mpb_shard_array_of(&s->content, array)));
        }
    }
    MPB_TRY(mpb_h5_read_strings(s->file, "id", &s->content.ids));
    MPB_REQUIRE(s->content.ids.count == n, MPB_ERR_DATA,
                "/id has %zu elements, %" PRIu64 " were expected (%s)", s->content.ids.count, n,
                s->path);
    s->content.num_sequences = (size_t)n;
    return MPB_OK;
}

static mpb_status check_offsets(const shard *s)
{
    uint64_t n = s->entry->sequences;

    MPB_REQUIRE(s->content.offsets[0] == 0 && s->content.offsets[n] == s->entry->tokens,
                MPB_ERR_DATA,
                "/offsets goes from %" PRIu64 " to %" PRIu64 ", 0 to %" PRIu64 " was expected (%s)",
                s->content.offsets[0], s->content.offsets[n], s->entry->tokens, s->path);
    for (uint64_t i = 0; i < n; i++) {
        MPB_REQUIRE(s->content.offsets[i + 1] > s->content.offsets[i], MPB_ERR_DATA,
                    "/offsets does not rise at sequence %" PRIu64 " (%s)", i, s->path);
        MPB_REQUIRE(
            s->content.offsets[i + 1] - s->content.offsets[i] <= s->info->max_seq_length,
            MPB_ERR_DATA,
            "sequence %" PRIu64 " has %" PRIu64 " tokens, at most %" PRIu64 " were expected (%s)",
            i, s->content.offsets[i + 1] - s->content.offsets[i], s->info->max_seq_length, s->path);
    }
    return MPB_OK;
}

static mpb_status check_label(const shard *s, const char *what, uint64_t at, int32_t label)
{
    MPB_REQUIRE(label >= 0 && (uint64_t)label < s->info->label_names.count, MPB_ERR_DATA,
                "%s %" PRIu64 " has label %" PRId32 ", there are %zu labels (%s)", what, at, label,
                s->info->label_names.count, s->path);
    return MPB_OK;
}

static mpb_status check_tokens(const shard *s)
{
    const mpb_dataset *content = &s->content;

    for (uint64_t i = 0; i < s->entry->tokens; i++) {
        MPB_REQUIRE(content->tokens[i] < s->info->vocab_size, MPB_ERR_DATA,
                    "token %" PRIu64 " has id %" PRIu32 ", the vocabulary has %" PRIu64 " (%s)", i,
                    content->tokens[i], s->info->vocab_size, s->path);
        if (content->shape.token_labels && content->token_labels[i] != MPB_NO_LABEL) {
            MPB_TRY(check_label(s, "token", i, content->token_labels[i]));
        }
    }
    return MPB_OK;
}

static mpb_status check_answer(const shard *s, uint64_t i, uint64_t length)
{
    int32_t start = s->content.answer_start[i];
    int32_t end = s->content.answer_end[i];

    MPB_REQUIRE(start >= 0 && end >= start && (uint64_t)end < length, MPB_ERR_DATA,
                "the answer of sequence %" PRIu64 " is at %" PRId32 " to %" PRId32
                ", positions below %" PRIu64 " were expected (%s)",
                i, start, end, length, s->path);
    return MPB_OK;
}

static mpb_status check_sequences(const shard *s)
{
    const mpb_dataset *content = &s->content;

    for (uint64_t i = 0; i < s->entry->sequences; i++) {
        uint64_t length = content->offsets[i + 1] - content->offsets[i];

        MPB_REQUIRE(content->segment_b[i] <= length, MPB_ERR_DATA,
                    "/segment_b lies outside sequence %" PRIu64 " (%s)", i, s->path);
        if (content->shape.labels) {
            MPB_TRY(check_label(s, "sequence", i, content->labels[i]));
        }
        if (content->shape.answers) {
            MPB_TRY(check_answer(s, i, length));
        }
    }
    return MPB_OK;
}

/* Shards without sequences have no targets of their own. */
static mpb_status append(const shard *s, mpb_dataset *dataset)
{
    const mpb_dataset *content = &s->content;
    bool first = dataset->num_sequences == 0;

    if (content->num_sequences == 0) {
        return MPB_OK;
    }
    if (first) {
        dataset->shape = content->shape;
    }
    MPB_REQUIRE(memcmp(&dataset->shape, &content->shape, sizeof(content->shape)) == 0, MPB_ERR_DATA,
                "the shard %s labels, or other targets than the ones before it (%s)",
                content->shape.labels ? "has" : "lacks", s->path);
    for (size_t i = 0; i < content->num_sequences; i++) {
        const mpb_sequence sequence = mpb_dataset_sequence(content, i);

        MPB_TRY(mpb_dataset_add(dataset, &sequence));
    }
    return MPB_OK;
}

static mpb_status read_opened(shard *s, mpb_dataset *dataset)
{
    MPB_TRY(check_attributes(s));
    MPB_TRY(read_arrays(s));
    MPB_TRY(check_offsets(s));
    MPB_TRY(check_tokens(s));
    MPB_TRY(check_sequences(s));
    return append(s, dataset);
}

static mpb_status read_shard(const char *directory, const mpb_shard_info *info,
                             const mpb_shard_entry *entry, mpb_dataset *dataset)
{
    char path[MPB_PATH_SIZE];
    shard s = {.info = info, .entry = entry, .path = path};
    mpb_status status;
    mpb_status closed;

    MPB_TRY(mpb_path_join(directory, entry->file, path, sizeof(path)));
    MPB_TRY(check_hash(&s));
    MPB_TRY(mpb_h5_open(path, &s.file));
    status = read_opened(&s, dataset);
    closed = clear(&s);
    return status != MPB_OK ? status : closed;
}

static mpb_status check_vocabulary(const char *directory, const mpb_shard_info *info,
                                   const char *expected)
{
    MPB_REQUIRE(expected == NULL || strcmp(info->vocab_sha256, expected) == 0, MPB_ERR_DATA,
                "the shards were made with another vocabulary: theirs (%s) has SHA-256 %s, the "
                "model's has %s (%s)",
                info->tokenizer.data, info->vocab_sha256, expected, directory);
    return MPB_OK;
}

static mpb_status read_all(const char *directory, const mpb_shard_info *info,
                           const mpb_shard_entry *entries, size_t count, mpb_dataset *dataset)
{
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(read_shard(directory, info, &entries[i], dataset));
    }
    MPB_REQUIRE(dataset->num_sequences > 0, MPB_ERR_DATA,
                "the shards hold no sequence, at least one was expected (%s)", directory);
    dataset->num_documents = info->source_documents;
    dataset->truncation = info->truncation;
    return mpb_strings_copy(&dataset->label_names, &info->label_names);
}

mpb_status mpb_shards_read(const char *directory, const char *expected_vocab_sha256,
                           mpb_dataset *dataset)
{
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    size_t count = 0;
    mpb_dataset made = {0};
    mpb_status status;

    MPB_TRY(mpb_shards_describe(directory, &info, &entries, &count));
    status = check_vocabulary(directory, &info, expected_vocab_sha256);
    if (status == MPB_OK) {
        status = read_all(directory, &info, entries, count, &made);
    }
    mpb_shard_info_clear(&info);
    free(entries);
    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    mpb_dataset_clear(dataset);
    *dataset = made;
    return MPB_OK;
}
