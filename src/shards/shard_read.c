#include "shard_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"
#include "mpibert/records/record.h"
#include "mpibert/records/task_data.h"
#include "mpibert/shards/shards.h"

#include "mpibert/shards/shard_layout.h"
#include "shard_check.h"
#include "shard_questions.h"

/* One shard while it is read. */
typedef struct shard {
    const mpb_shard_info *info;   /* borrowed */
    const mpb_shard_entry *entry; /* borrowed */
    const char *path;             /* borrowed */
    mpb_h5 *file;                 /* owned */
    bool on_disk;                 /* its tokens stay there */
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

/* The columns of /labels: some scores (expected 0), or a number for each label. */
static mpb_status find_width(const shard *s, size_t expected, size_t *width)
{
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(s->file, "labels", &type, &rows, &cols));
    MPB_REQUIRE(cols > 0, MPB_ERR_DATA,
                "/labels has one dimension, a row of numbers a sequence was expected (%s)",
                s->path);
    MPB_REQUIRE(expected > 0 || cols <= MPB_MAX_SCORES, MPB_ERR_DATA,
                "/labels has %zu columns, at most %d were expected for task %s (%s)", cols,
                MPB_MAX_SCORES, s->info->task.data, s->path);
    MPB_REQUIRE(expected == 0 || cols == expected, MPB_ERR_DATA,
                "/labels has %zu columns, %zu were expected for task %s (%s)", cols, expected,
                s->info->task.data, s->path);
    *width = cols;
    return MPB_OK;
}

/* What targets a shard has follows from its task and from what is there. */
static mpb_status find_shape(shard *s)
{
    mpb_dataset_shape *shape = &s->content.shape;
    const mpb_labels labels = mpb_task_data_of(mpb_task_named(s->info->task.data))->labels;
    bool labelled = mpb_h5_has(s->file, "labels");

    shape->answers = mpb_h5_has(s->file, "answers/start");
    shape->characters = mpb_h5_has(s->file, "char_start");
    shape->questions = mpb_shard_has_questions(s->file);
    shape->token_labels = labelled && labels == MPB_LABELS_TAGS;
    if (labelled && labels == MPB_LABELS_SCORE) {
        MPB_TRY(find_width(s, 0, &shape->value_width));
    }
    if (labelled && labels == MPB_LABELS_NAMES) {
        MPB_TRY(find_width(s, s->info->label_names.count, &shape->value_width));
    }
    shape->labels = labelled && !shape->token_labels && shape->value_width == 0;
    return MPB_OK;
}

/* Examples follow each other as their questions do. */
static mpb_status read_questions(shard *s)
{
    mpb_dataset *content = &s->content;
    size_t n = (size_t)s->entry->sequences;
    size_t count = 0;

    if (!content->shape.questions) {
        return MPB_OK;
    }
    content->question = calloc(n + 1, sizeof(*content->question));
    MPB_REQUIRE(content->question != NULL, MPB_ERR_SYSTEM, "no memory for %zu sequences (%s)", n,
                s->path);
    for (size_t i = 0; i < n; i++) {
        count += i == 0 || content->document[i] != content->document[i - 1];
        content->question[i] = (uint32_t)(count - 1);
    }
    return mpb_shard_read_questions(s->file, s->path, count, &content->questions);
}

static mpb_status read_ids(shard *s)
{
    const uint64_t n = s->entry->sequences;

    MPB_TRY(mpb_h5_read_strings(s->file, "id", &s->content.ids));
    MPB_REQUIRE(s->content.ids.count == n, MPB_ERR_DATA,
                "/id has %zu elements, %" PRIu64 " were expected (%s)", s->content.ids.count, n,
                s->path);
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
    MPB_TRY(read_questions(s));
    if (!s->on_disk) {
        MPB_TRY(read_ids(s));
    }
    s->content.num_sequences = (size_t)n;
    return MPB_OK;
}

static mpb_status note_places(const shard *s, mpb_token_source *source)
{
    mpb_h5_runs runs = {0};
    mpb_status status;

    MPB_TRY(mpb_h5_find_runs(s->file, tokens_array.name, &runs));
    status = mpb_token_source_add(source, &(mpb_token_shard){.path = s->path,
                                                             .runs = &runs,
                                                             .offsets = s->content.offsets,
                                                             .count = s->content.num_sequences,
                                                             .tokens = s->content.tokens,
                                                             .documents = s->content.document});
    mpb_h5_runs_clear(&runs);
    return status;
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
    if (s->on_disk) {
        MPB_TRY(note_places(s, dataset->source));
    }
    for (size_t i = 0; i < content->num_sequences; i++) {
        mpb_sequence sequence = mpb_dataset_sequence(content, i);

        sequence.number = (uint32_t)dataset->num_sequences;
        MPB_TRY(mpb_dataset_add(dataset, &sequence));
    }
    return MPB_OK;
}

static mpb_status read_opened(shard *s, mpb_dataset *dataset)
{
    MPB_TRY(check_attributes(s));
    MPB_TRY(read_arrays(s));
    MPB_TRY(mpb_shard_check(&s->content, s->info, s->entry, s->path));
    return append(s, dataset);
}

mpb_status shard_read(const char *directory, const mpb_shard_info *info,
                      const mpb_shard_entry *entry, mpb_dataset *dataset)
{
    char path[MPB_PATH_SIZE];
    shard s = {.info = info, .entry = entry, .path = path, .on_disk = dataset->source != NULL};
    mpb_status status;
    mpb_status closed;

    MPB_TRY(mpb_path_join(directory, entry->file, path, sizeof(path)));
    MPB_TRY(check_hash(&s));
    MPB_TRY(mpb_h5_open(path, &s.file));
    status = read_opened(&s, dataset);
    closed = clear(&s);
    return status != MPB_OK ? status : closed;
}
