#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/data/shards.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"

#include "shard_names.h"

/* One shard while it is read. */
typedef struct shard {
    const mpb_shard_info *info;   /* borrowed */
    const mpb_shard_entry *entry; /* borrowed */
    const char *path;             /* borrowed */
    mpb_h5 *file;                 /* owned */
    bool labelled;
    uint64_t *offsets;   /* owned, (sequences + 1) */
    uint32_t *tokens;    /* owned, (tokens) */
    uint32_t *segment_b; /* owned, (sequences), as are the next */
    uint64_t *document;
    uint32_t *chunk;
    int32_t *labels;
    mpb_strings ids;
} shard;

static mpb_status clear(shard *s)
{
    free(s->offsets);
    free(s->tokens);
    free(s->segment_b);
    free(s->document);
    free(s->chunk);
    free(s->labels);
    mpb_strings_clear(&s->ids);
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
    MPB_TRY(check_integer(s, "num_documents", (int64_t)s->entry->documents));
    return check_label_names(s);
}

/* Reads a one-dimensional data set of exactly `count` elements into a new *array. */
static mpb_status read_array(const shard *s, const char *name, mpb_h5_type type, size_t size,
                             uint64_t count, void **array)
{
    mpb_h5_type stored;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(s->file, name, &stored, &rows, &cols));
    MPB_REQUIRE(cols == 0 && rows == count, MPB_ERR_DATA,
                "/%s has %zu elements, %" PRIu64 " were expected (%s)", name, rows, count, s->path);
    *array = calloc(rows == 0 ? 1 : rows, size);
    MPB_REQUIRE(*array != NULL, MPB_ERR_SYSTEM, "no memory for %zu elements (%s)", rows, s->path);
    return mpb_h5_read(s->file, name, type, *array);
}

#define READ_ARRAY(s, name, type, count, field)                                                    \
    do {                                                                                           \
        void *array_ = NULL;                                                                       \
        mpb_status read_ = read_array((s), (name), (type), sizeof(*(s)->field), (count), &array_); \
        (s)->field = array_;                                                                       \
        MPB_TRY(read_);                                                                            \
    } while (0)

static mpb_status read_arrays(shard *s)
{
    uint64_t n = s->entry->sequences;

    READ_ARRAY(s, "offsets", MPB_H5_U64, n + 1, offsets);
    READ_ARRAY(s, "tokens", MPB_H5_U32, s->entry->tokens, tokens);
    READ_ARRAY(s, "segment_b", MPB_H5_U32, n, segment_b);
    READ_ARRAY(s, "document", MPB_H5_U64, n, document);
    READ_ARRAY(s, "chunk", MPB_H5_U32, n, chunk);
    s->labelled = mpb_h5_has(s->file, "labels");
    if (s->labelled) {
        READ_ARRAY(s, "labels", MPB_H5_I32, n, labels);
    }
    MPB_TRY(mpb_h5_read_strings(s->file, "id", &s->ids));
    MPB_REQUIRE(s->ids.count == n, MPB_ERR_DATA,
                "/id has %zu elements, %" PRIu64 " were expected (%s)", s->ids.count, n, s->path);
    return MPB_OK;
}

static mpb_status check_offsets(const shard *s)
{
    uint64_t n = s->entry->sequences;

    MPB_REQUIRE(s->offsets[0] == 0 && s->offsets[n] == s->entry->tokens, MPB_ERR_DATA,
                "/offsets goes from %" PRIu64 " to %" PRIu64 ", 0 to %" PRIu64 " was expected (%s)",
                s->offsets[0], s->offsets[n], s->entry->tokens, s->path);
    for (uint64_t i = 0; i < n; i++) {
        MPB_REQUIRE(s->offsets[i + 1] > s->offsets[i], MPB_ERR_DATA,
                    "/offsets does not rise at sequence %" PRIu64 " (%s)", i, s->path);
        MPB_REQUIRE(s->offsets[i + 1] - s->offsets[i] <= s->info->max_seq_length, MPB_ERR_DATA,
                    "sequence %" PRIu64 " has %" PRIu64 " tokens, at most %" PRIu64
                    " were expected (%s)",
                    i, s->offsets[i + 1] - s->offsets[i], s->info->max_seq_length, s->path);
    }
    return MPB_OK;
}

static mpb_status check_values(const shard *s)
{
    for (uint64_t i = 0; i < s->entry->tokens; i++) {
        MPB_REQUIRE(s->tokens[i] < s->info->vocab_size, MPB_ERR_DATA,
                    "token %" PRIu64 " has id %" PRIu32 ", the vocabulary has %" PRIu64 " (%s)", i,
                    s->tokens[i], s->info->vocab_size, s->path);
    }
    for (uint64_t i = 0; i < s->entry->sequences; i++) {
        MPB_REQUIRE(s->segment_b[i] <= s->offsets[i + 1] - s->offsets[i], MPB_ERR_DATA,
                    "/segment_b lies outside sequence %" PRIu64 " (%s)", i, s->path);
        MPB_REQUIRE(!s->labelled ||
                        (s->labels[i] >= 0 && (uint64_t)s->labels[i] < s->info->label_names.count),
                    MPB_ERR_DATA,
                    "sequence %" PRIu64 " has label %" PRId32 ", there are %zu labels (%s)", i,
                    s->labels[i], s->info->label_names.count, s->path);
    }
    return MPB_OK;
}

static mpb_status check_same_labelling(const shard *s, const mpb_dataset *dataset)
{
    bool labelled = dataset->labels != NULL;

    MPB_REQUIRE(dataset->num_sequences == 0 || labelled == s->labelled, MPB_ERR_DATA,
                "the shard %s labels, unlike the ones before it (%s)",
                s->labelled ? "has" : "lacks", s->path);
    return MPB_OK;
}

static mpb_status append(const shard *s, mpb_dataset *dataset)
{
    MPB_TRY(check_same_labelling(s, dataset));
    for (uint64_t i = 0; i < s->entry->sequences; i++) {
        MPB_TRY(mpb_dataset_add(dataset,
                                &(mpb_sequence){
                                    .tokens = s->tokens + s->offsets[i],
                                    .count = (size_t)(s->offsets[i + 1] - s->offsets[i]),
                                    .segment_b = s->segment_b[i],
                                    .document = s->document[i],
                                    .chunk = s->chunk[i],
                                    .label = s->labelled ? s->labels[i] : -1,
                                    .id = s->ids.items[i],
                                },
                                s->labelled));
    }
    return MPB_OK;
}

static mpb_status read_opened(shard *s, mpb_dataset *dataset)
{
    MPB_TRY(check_attributes(s));
    MPB_TRY(read_arrays(s));
    MPB_TRY(check_offsets(s));
    MPB_TRY(check_values(s));
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
