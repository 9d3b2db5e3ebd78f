/* Shards of HDF5: written, read back, read from h5py, and refused when something is wrong. */

#include "mpibert/shards/shards.h"

#include "mpibert/io/sha256.h"
#include "scratch.h"

static const char GOLDEN[] = "tests/golden/shards";
static const char VOCAB[] = "1111111111111111111111111111111111111111111111111111111111111111";
static const char OTHER[] = "2222222222222222222222222222222222222222222222222222222222222222";
static const char KEY[] = "3333333333333333333333333333333333333333333333333333333333333333";

enum { VOCAB_SIZE = 20, MAX_LENGTH = 8 };

static void fill_info(uint64_t vocab_size, mpb_shard_info *info)
{
    *info = (mpb_shard_info){.vocab_size = vocab_size,
                             .max_seq_length = MAX_LENGTH,
                             .source_documents = 7,
                             .truncation = {.texts = 3, .truncated_texts = 1, .tokens = 9}};
    CHECK_OK(mpb_buffer_append_text(&info->task, "classification"));
    CHECK_OK(mpb_buffer_append_text(&info->tokenizer, "tiny"));
    CHECK_OK(mpb_buffer_append_text(&info->program, "test 1"));
    CHECK_OK(mpb_buffer_append_text(&info->options, "{\"max_chars\":5}"));
    CHECK_OK(mpb_buffer_append_text(&info->long_documents, "truncate"));
    CHECK_OK(mpb_buffer_append_text(&info->stride_mode, "overlap"));
    CHECK_OK(mpb_strings_add(&info->label_names, "no", 2));
    CHECK_OK(mpb_strings_add(&info->label_names, "yes", 3));
    memcpy(info->vocab_sha256, VOCAB, sizeof(VOCAB));
    memcpy(info->source_sha256, OTHER, sizeof(OTHER));
    memcpy(info->key, KEY, sizeof(KEY));
}

static void add(mpb_dataset *dataset, const char *id, size_t count, uint32_t first_token,
                int32_t label)
{
    uint32_t tokens[MAX_LENGTH + 1];

    for (size_t i = 0; i < count; i++) {
        tokens[i] = first_token + (uint32_t)i;
    }
    CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = tokens,
                                                      .count = count,
                                                      .segment_b = (uint32_t)count,
                                                      .document = 2 * dataset->num_sequences,
                                                      .label = label,
                                                      .id = id}));
}

/* A folder of one shard with these sequences. */
static void write(const char *root, const char *name, uint64_t vocab_size,
                  const mpb_dataset *dataset, char folder[MPB_PATH_SIZE])
{
    mpb_shard_info info;
    mpb_shard_entry entry = {0};

    fill_info(vocab_size, &info);
    scratch_path(root, name, folder);
    CHECK_OK(mpb_directory_create(folder));
    mpb_shard_name(0, 1, entry.file);
    CHECK_OK(mpb_shard_write(folder, &info, dataset, &entry));
    CHECK_OK(mpb_shards_write_manifest(folder, &info, &entry, 1));
    mpb_shard_info_clear(&info);
}

static void fill(mpb_dataset *dataset)
{
    dataset->shape.labels = true;
    add(dataset, "b/1", 4, 2, 1);
    add(dataset, "\xC3\xA7", 2, 18, 0);
    add(dataset, "", 8, 5, 1);
}

static void check_equal(const mpb_dataset *a, const mpb_dataset *b)
{
    size_t n = a->num_sequences;

    CHECK(b->num_sequences == n);
    CHECK(memcmp(a->offsets, b->offsets, (n + 1) * sizeof(*a->offsets)) == 0);
    CHECK(memcmp(a->tokens, b->tokens, a->offsets[n] * sizeof(*a->tokens)) == 0);
    CHECK(memcmp(a->segment_b, b->segment_b, n * sizeof(*a->segment_b)) == 0);
    CHECK(memcmp(a->document, b->document, n * sizeof(*a->document)) == 0);
    CHECK(memcmp(a->chunk, b->chunk, n * sizeof(*a->chunk)) == 0);
    CHECK((a->labels == NULL) == (b->labels == NULL));
    CHECK(a->labels == NULL || memcmp(a->labels, b->labels, n * sizeof(*a->labels)) == 0);
    CHECK(mpb_strings_equal(&a->ids, &b->ids));
}

static void check_round_trip(const char *root, const char *name, uint64_t vocab_size,
                             const mpb_dataset *dataset)
{
    mpb_dataset read = {0};
    char folder[MPB_PATH_SIZE];

    write(root, name, vocab_size, dataset, folder);
    CHECK_OK(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &read));
    check_equal(dataset, &read);
    CHECK_TEXT(read.label_names.items[1], "yes");
    CHECK(read.num_documents == 7);
    mpb_dataset_clear(&read);
}

static void what_was_written_is_read_back(const char *root)
{
    mpb_dataset labelled = {0}, unlabelled = {0};

    fill(&labelled);
    add(&unlabelled, "x", 3, 4, -1);
    check_round_trip(root, "small", VOCAB_SIZE, &labelled);
    check_round_trip(root, "large", 70000, &labelled);
    check_round_trip(root, "unlabelled", VOCAB_SIZE, &unlabelled);
    mpb_dataset_clear(&labelled);
    mpb_dataset_clear(&unlabelled);
}

static void equal_content_gives_equal_bytes(const char *root)
{
    mpb_dataset dataset = {0};
    char folders[2][MPB_PATH_SIZE];
    char digests[2][MPB_SHA256_TEXT];
    char path[MPB_PATH_SIZE];

    fill(&dataset);
    for (int i = 0; i < 2; i++) {
        write(root, i == 0 ? "one" : "two", VOCAB_SIZE, &dataset, folders[i]);
        scratch_path(folders[i], "shard-00000-of-00001.h5", path);
        CHECK_OK(mpb_sha256_of_file(path, digests[i]));
    }
    CHECK_TEXT(digests[0], digests[1]);
    mpb_dataset_clear(&dataset);
}

static void a_shard_written_by_h5py_is_read(void)
{
    static const uint32_t tokens[12] = {2, 10, 11, 3, 2, 12, 3, 13, 14, 3, 2, 3};
    static const uint64_t offsets[4] = {0, 4, 10, 12};
    static const int32_t labels[3] = {1, 0, 1};
    static const uint32_t segment_b[3] = {4, 3, 2};
    static const uint64_t document[3] = {0, 2, 3};
    mpb_dataset dataset = {0};
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    size_t count = 0;

    CHECK_OK(mpb_shards_read(GOLDEN, NULL, MPB_TOKENS_IN_MEMORY, &dataset));
    CHECK(dataset.num_sequences == 3);
    CHECK(memcmp(dataset.tokens, tokens, sizeof(tokens)) == 0);
    CHECK(memcmp(dataset.offsets, offsets, sizeof(offsets)) == 0);
    CHECK(memcmp(dataset.labels, labels, sizeof(labels)) == 0);
    CHECK(memcmp(dataset.segment_b, segment_b, sizeof(segment_b)) == 0);
    CHECK(memcmp(dataset.document, document, sizeof(document)) == 0);
    CHECK(dataset.num_documents == 5);
    CHECK_TEXT(dataset.ids.items[2], "\xC3\xA7");
    CHECK_TEXT(dataset.label_names.items[0], "no");
    CHECK_OK(mpb_shards_describe(GOLDEN, &info, &entries, &count));
    CHECK(count == 1 && entries[0].tokens == 12 && info.max_seq_length == 8);
    CHECK(info.vocab_size == 20 && info.truncation.tokens_cut == 2);
    CHECK(info.truncation.skipped == 1 && info.source_documents == 5 && info.stride == 0);
    CHECK_TEXT(info.stride_mode.data, "overlap");
    CHECK_TEXT(info.task.data, "classification");
    free(entries);
    mpb_shard_info_clear(&info);
    mpb_dataset_clear(&dataset);
}

static void read_bytes(const char *path, mpb_buffer *bytes)
{
    mpb_buffer_reset(bytes);
    CHECK_OK(mpb_file_read(path, bytes));
}

static void damaged_shards_are_refused(const char *root)
{
    mpb_dataset dataset = {0}, kept = {0};
    mpb_buffer bytes = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    fill(&dataset);
    add(&kept, "kept", 3, 4, -1);
    write(root, "damaged", VOCAB_SIZE, &dataset, folder);
    scratch_path(folder, "shard-00000-of-00001.h5", path);
    read_bytes(path, &bytes);
    for (size_t i = 0; i < bytes.size; i += 1009) {
        bytes.data[i] ^= 1;
        CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size));
        CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &kept), MPB_ERR_DATA,
                    "is damaged: its SHA-256");
        CHECK(strstr(mpb_status_last(), path) != NULL);
        bytes.data[i] ^= 1;
    }
    CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size / 2));
    CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &kept), MPB_ERR_DATA,
                "is damaged");
    CHECK_OK(mpb_path_remove(path));
    CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &kept), MPB_ERR_DATA,
                "the shard is missing");
    scratch_path(folder, "manifest.json", path);
    CHECK_OK(mpb_path_remove(path));
    CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &kept), MPB_ERR_DATA,
                "there is no manifest.json");
    CHECK(kept.num_sequences == 1);
    mpb_buffer_clear(&bytes);
    mpb_dataset_clear(&kept);
    mpb_dataset_clear(&dataset);
}

static void shards_of_another_vocabulary_are_refused_with_both_hashes(const char *root)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];

    fill(&dataset);
    write(root, "vocabulary", VOCAB_SIZE, &dataset, folder);
    CHECK_FAILS(mpb_shards_read(folder, OTHER, MPB_TOKENS_IN_MEMORY, &dataset), MPB_ERR_DATA,
                VOCAB);
    CHECK(strstr(mpb_status_last(), OTHER) != NULL);
    CHECK(strstr(mpb_status_last(), "another vocabulary") != NULL);
    CHECK(dataset.num_sequences == 3);
    mpb_dataset_clear(&dataset);
}

/* One sequence that a sound writer would not write, with a manifest that vouches for it. */
static void check_refused(const char *root, const char *name, size_t count, uint32_t first_token,
                          int32_t label, const char *message)
{
    mpb_dataset dataset = {.shape = {.labels = true}}, read = {0};
    char folder[MPB_PATH_SIZE];

    add(&dataset, "fine", 3, 2, 0);
    add(&dataset, "wrong", count, first_token, label);
    write(root, name, VOCAB_SIZE, &dataset, folder);
    CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &read), MPB_ERR_DATA, message);
    CHECK(strstr(mpb_status_last(), folder) != NULL && read.tokens == NULL);
    mpb_dataset_clear(&dataset);
}

static void values_out_of_range_are_refused(const char *root)
{
    check_refused(root, "token", 3, 18, 0, "token 5 has id 20, the vocabulary has 20");
    check_refused(root, "label", 3, 2, 2, "sequence 1 has label 2, there are 2 labels");
    check_refused(root, "void", 0, 2, 0, "/offsets does not rise at sequence 1");
    check_refused(root, "long", 9, 2, 0, "sequence 1 has 9 tokens, at most 8");
}

/* Replaces the first `old` in the manifest, which then must be refused. */
static void check_manifest(const char *folder, const char *old, const char *new_text,
                           const char *message)
{
    mpb_dataset dataset = {0};
    mpb_buffer bytes = {0}, changed = {0};
    char path[MPB_PATH_SIZE];
    char *at;

    scratch_path(folder, "manifest.json", path);
    read_bytes(path, &bytes);
    at = strstr(bytes.data, old);
    CHECK(at != NULL);
    CHECK_OK(mpb_buffer_append(&changed, bytes.data, (size_t)(at - bytes.data)));
    CHECK_OK(mpb_buffer_append_text(&changed, new_text));
    CHECK_OK(mpb_buffer_append_text(&changed, at + strlen(old)));
    CHECK_OK(mpb_file_replace(path, changed.data, changed.size));
    CHECK_FAILS(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &dataset), MPB_ERR_DATA,
                message);
    CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size));
    mpb_buffer_clear(&bytes);
    mpb_buffer_clear(&changed);
}

static void a_manifest_that_does_not_fit_is_refused(const char *root)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];

    fill(&dataset);
    write(root, "manifest", VOCAB_SIZE, &dataset, folder);
    check_manifest(folder, "mpibert-shard", "other-shard", "format 'other-shard' was found");
    check_manifest(folder, "\"version\": 1", "\"version\": 2", "version 2 were found");
    check_manifest(folder, "\"yes\"", "\"maybe\"", "attribute label_names is not what");
    check_manifest(folder, "\"max_seq_length\": 8", "\"max_seq_length\": 9",
                   "attribute max_seq_length is 8, 9 was expected");
    check_manifest(folder, "\"vocab_size\": 20", "\"vocab_size\": 30",
                   "attribute vocab_size is 20");
    check_manifest(folder, "\"tokens\": 14", "\"tokens\": 15", "/tokens has 14 elements");
    check_manifest(folder, "\"sequences\": 3", "\"sequences\": -3", "is negative");
    check_manifest(folder, "\"sequences\": 3", "\"sequences\": 2", "/offsets has 4 elements");
    check_manifest(folder, "\"shard-", "\"../shard-", "is not the name of a shard");
    check_manifest(folder, "\"task\"", "\"tusk\"", "'task'");
    check_manifest(folder, "\"key\": \"3", "\"key\": \"4", "attribute key is '3333");
    check_manifest(folder, "\"key\": \"3", "\"key\": \"x", "'key' is not a SHA-256");
    check_manifest(folder, "\"source_documents\"", "\"documents_\"", "'source_documents'");
    mpb_dataset_clear(&dataset);
}

static void a_selection_keeps_what_belongs_together(void)
{
    const uint32_t indices[3] = {2, 0, 2};
    mpb_dataset dataset = {0}, subset = {0};

    fill(&dataset);
    CHECK_OK(mpb_dataset_select(&dataset, indices, 3, &subset));
    CHECK(subset.num_sequences == 3 && subset.offsets[3] == 20);
    CHECK(subset.tokens[0] == 5 && subset.tokens[8] == 2 && subset.tokens[12] == 5);
    CHECK(subset.document[1] == 0 && subset.document[2] == 4);
    CHECK_TEXT(subset.ids.items[1], "b/1");
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&subset);
}

static void one_class_alone_is_no_training_set(void)
{
    mpb_dataset dataset = {0}, subset = {0};
    const uint32_t indices[2] = {0, 2};

    CHECK_FAILS(mpb_dataset_check_classes(&dataset, "DATA"), MPB_ERR_DATA, "no labelled");
    fill(&dataset);
    CHECK_OK(mpb_strings_add(&dataset.label_names, "no", 2));
    CHECK_OK(mpb_strings_add(&dataset.label_names, "yes", 3));
    CHECK_OK(mpb_dataset_check_classes(&dataset, "DATA"));
    CHECK_OK(mpb_dataset_select(&dataset, indices, 2, &subset));
    CHECK_FAILS(mpb_dataset_check_classes(&subset, "DATA"), MPB_ERR_DATA,
                "all 2 examples are of one class, 'yes'; at least two classes were expected "
                "(DATA)");
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&subset);
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    what_was_written_is_read_back(root);
    equal_content_gives_equal_bytes(root);
    a_shard_written_by_h5py_is_read();
    damaged_shards_are_refused(root);
    shards_of_another_vocabulary_are_refused_with_both_hashes(root);
    values_out_of_range_are_refused(root);
    a_manifest_that_does_not_fit_is_refused(root);
    a_selection_keeps_what_belongs_together();
    one_class_alone_is_no_training_set();
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
