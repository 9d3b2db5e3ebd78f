/* Parallel preprocessing: the same bytes on any number of ranks, one status for all of them. */

#include "mpibert/data/corpus.h"

#include <sys/stat.h>

#include "mpibert/data/encode.h"
#include "mpibert/data/split.h"
#include "mpibert/io/sha256.h"
#include "scratch.h"

static const char VOCAB[] = "1111111111111111111111111111111111111111111111111111111111111111";

enum { NUM_WORDS = 12, NUM_ROWS = 130, PER_SHARD = 25, MAX_LENGTH = 10 };

/* What all tests share; the same on every rank. */
typedef struct setting {
    const mpb_comm *comm;
    mpb_log log;
    char root[MPB_PATH_SIZE];
    mpb_strings paths;
    mpb_tokenizer *tokenizer;
    mpb_corpus_options options;
} setting;

/* Row i has i % 14 + 1 words and one of 3 labels. */
static void write_table(const char *root, char path[MPB_PATH_SIZE])
{
    mpb_buffer text = {0};

    CHECK_OK(mpb_buffer_append_text(&text, "text,label\n"));
    for (int i = 0; i < NUM_ROWS; i++) {
        for (int word = 0; word <= i % 14; word++) {
            CHECK_OK(mpb_buffer_append_format(&text, "w%d ", (i * 7 + word) % NUM_WORDS));
        }
        CHECK_OK(mpb_buffer_append_format(&text, ",c%d\n", i % 3));
    }
    scratch_write(root, "table.csv", text.data, text.size, path);
    mpb_buffer_clear(&text);
}

static void make_tokenizer(mpb_tokenizer **tokenizer)
{
    static const char *const special[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    const mpb_tokenizer_options settings = {true, true, true, true, 100};
    mpb_strings vocabulary = {0};
    char word[16];

    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, special[i], strlen(special[i])));
    }
    for (int i = 0; i < NUM_WORDS; i++) {
        snprintf(word, sizeof(word), "w%d", i);
        CHECK_OK(mpb_strings_add(&vocabulary, word, strlen(word)));
    }
    CHECK_OK(mpb_tokenizer_create(&vocabulary, &settings, "test", tokenizer));
    mpb_strings_clear(&vocabulary);
}

static void set_up(const mpb_comm *comm, setting *s)
{
    bool leader = mpb_comm_rank(comm) == 0;
    char path[MPB_PATH_SIZE] = "";

    *s = (setting){.comm = comm, .log = {"test", leader}};
    if (leader) {
        scratch_make(s->root);
        write_table(s->root, path);
    }
    CHECK_OK(mpb_comm_broadcast(comm, s->root, sizeof(s->root)));
    scratch_path(s->root, "table.csv", path);
    CHECK_OK(mpb_strings_add(&s->paths, path, strlen(path)));
    make_tokenizer(&s->tokenizer);
    s->options = (mpb_corpus_options){
        .paths = &s->paths,
        .read = {.text_column = "text", .label_column = "label", .need_labels = true},
        .tokenizer = s->tokenizer,
        .vocab_sha256 = VOCAB,
        .tokenizer_name = "tiny",
        .task = "classification",
        .program = "test 1",
        .max_seq_length = MAX_LENGTH,
        .documents_per_shard = PER_SHARD,
    };
}

static void tear_down(setting *s)
{
    CHECK_OK(mpb_comm_barrier(s->comm));
    if (s->log.leader) {
        CHECK_OK(mpb_path_remove(s->root));
    }
    mpb_strings_clear(&s->paths);
    mpb_tokenizer_destroy(&s->tokenizer);
}

static void check_same_file(const char *folder_a, const char *folder_b, const char *name)
{
    char path_a[MPB_PATH_SIZE], path_b[MPB_PATH_SIZE];
    char digest_a[MPB_SHA256_TEXT], digest_b[MPB_SHA256_TEXT];

    scratch_path(folder_a, name, path_a);
    scratch_path(folder_b, name, path_b);
    CHECK_OK(mpb_sha256_of_file(path_a, digest_a));
    CHECK_OK(mpb_sha256_of_file(path_b, digest_b));
    CHECK_TEXT(digest_a, digest_b);
}

/* The same shards by one rank in a plain loop, to `folder`; `info` and `entries` as in `made`. */
static void write_alone(const setting *s, const char *made, const char *folder)
{
    mpb_examples examples = {0};
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    mpb_truncation truncation = {0};
    size_t count = 0;

    CHECK_OK(mpb_examples_read(&s->paths, &s->options.read, &examples));
    CHECK_OK(mpb_shards_describe(made, &info, &entries, &count));
    CHECK(count == 6);
    CHECK_OK(mpb_directory_create(folder));
    for (size_t i = 0; i < count; i++) {
        size_t begin = i * NUM_ROWS / count, end = (i + 1) * NUM_ROWS / count;
        size_t order[NUM_ROWS];
        mpb_dataset dataset = {0};

        for (size_t k = begin; k < end; k++) {
            order[k - begin] = k;
        }
        CHECK_OK(mpb_encode_examples(s->tokenizer, MAX_LENGTH, &examples, order, end - begin, begin,
                                     true, &dataset, &truncation));
        CHECK_OK(mpb_shard_write(folder, &info, &dataset, &entries[i]));
        check_same_file(made, folder, entries[i].file);
        mpb_dataset_clear(&dataset);
    }
    info.truncation = truncation;
    CHECK_OK(mpb_shards_write_manifest(folder, &info, entries, count));
    check_same_file(made, folder, "manifest.json");
    free(entries);
    mpb_shard_info_clear(&info);
    mpb_examples_clear(&examples);
}

static void shards_are_those_of_one_rank(const setting *s)
{
    char made[MPB_PATH_SIZE], alone[MPB_PATH_SIZE];

    scratch_path(s->root, "made", made);
    scratch_path(s->root, "alone", alone);
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &s->options, made));
    if (s->log.leader) {
        write_alone(s, made, alone);
    }
    CHECK_OK(mpb_comm_barrier(s->comm));
}

/* Row i has i % 14 + 1 tokens, of which 8 fit beside [CLS] and [SEP]. */
static void cut_texts_and_tokens_are_counted(const setting *s)
{
    mpb_truncation want = {.texts = NUM_ROWS};
    mpb_shard_info info = {0};
    char folder[MPB_PATH_SIZE];

    for (uint64_t i = 0; i < NUM_ROWS; i++) {
        uint64_t tokens = i % 14 + 1;

        want.tokens += tokens;
        want.truncated_texts += tokens > MAX_LENGTH - 2;
        want.tokens_cut += tokens > MAX_LENGTH - 2 ? tokens - (MAX_LENGTH - 2) : 0;
    }
    scratch_path(s->root, "made", folder);
    CHECK_OK(mpb_shards_describe(folder, &info, NULL, NULL));
    CHECK(memcmp(&info.truncation, &want, sizeof(want)) == 0);
    mpb_shard_info_clear(&info);
}

static void documents_keep_order_labels_and_ids(const setting *s)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE], id[16];

    scratch_path(s->root, "made", folder);
    CHECK_OK(mpb_shards_read(folder, VOCAB, &dataset));
    CHECK(dataset.num_sequences == NUM_ROWS);
    for (size_t i = 0; i < NUM_ROWS; i++) {
        const uint32_t *tokens = dataset.tokens + dataset.offsets[i];
        size_t length = (size_t)(dataset.offsets[i + 1] - dataset.offsets[i]);

        snprintf(id, sizeof(id), "%zu", i);
        CHECK_TEXT(dataset.ids.items[i], id);
        CHECK(dataset.document[i] == i && dataset.labels[i] == (int32_t)(i % 3));
        CHECK(length == (i % 14 + 1 < 8 ? i % 14 + 1 : 8) + 2);
        CHECK(tokens[0] == 2 && tokens[length - 1] == 3);
        CHECK(tokens[1] == 5 + i * 7 % NUM_WORDS);
        CHECK(dataset.segment_b[i] == length);
    }
    mpb_dataset_clear(&dataset);
}

/* An older set with more shards leaves nothing behind. */
static void a_new_set_replaces_an_older_one(const setting *s)
{
    mpb_corpus_options options = s->options;
    mpb_strings names = {0};
    char folder[MPB_PATH_SIZE];

    options.documents_per_shard = 0;
    options.max_samples = 20;
    scratch_path(s->root, "made", folder);
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &options, folder));
    CHECK_OK(mpb_directory_list(folder, &names));
    CHECK(names.count == 2);
    CHECK_TEXT(names.items[1], "shard-00000-of-00001.h5");
    mpb_strings_clear(&names);
    CHECK_OK(mpb_comm_barrier(s->comm));
}

/* Shuffled, cut to 100, split: what the functions for each step give one after the other. */
static void a_selection_is_shuffled_cut_and_split(const setting *s)
{
    mpb_corpus_options options = s->options;
    mpb_examples examples = {0};
    size_t shuffled[NUM_ROWS], train[100], validation[100];
    size_t num_train = 0, num_validation = 0, count = 0;
    int32_t labels[100];
    size_t *order = NULL;

    options.shuffle = true;
    options.shuffle_seed = 42;
    options.max_samples = 100;
    options.train_share = 0.8;
    options.val_share = 0.2;
    options.stratify = true;
    options.split_seed = 7;
    CHECK_OK(mpb_examples_read(&s->paths, &options.read, &examples));
    CHECK_OK(mpb_shuffled_order(NUM_ROWS, 42, shuffled));
    for (size_t i = 0; i < 100; i++) {
        labels[i] = (int32_t)(shuffled[i] % 3);
    }
    CHECK_OK(mpb_split_train_validation(100, labels, 0.8, 0.2, true, 7, train, &num_train,
                                        validation, &num_validation));
    options.part = MPB_PART_VALIDATION;
    CHECK_OK(mpb_corpus_select(&options, &examples, &order, &count));
    CHECK(count == num_validation && count == 20);
    for (size_t i = 0; i < count; i++) {
        CHECK(order[i] == shuffled[validation[i]]);
    }
    free(order);
    options.part = MPB_PART_TRAIN;
    CHECK_OK(mpb_corpus_select(&options, &examples, &order, &count));
    CHECK(count == num_train && order[5] == shuffled[train[5]]);
    free(order);
    mpb_examples_clear(&examples);
}

static void a_failure_of_one_rank_reaches_all(const setting *s)
{
    mpb_corpus_options options = s->options;
    mpb_strings nowhere = {0};
    char folder[MPB_PATH_SIZE];
    const char *missing = mpb_comm_rank(s->comm) == mpb_comm_size(s->comm) - 1
                              ? "/nonexistent/data.csv"
                              : s->paths.items[0];

    CHECK_OK(mpb_strings_add(&nowhere, missing, strlen(missing)));
    options.paths = &nowhere;
    scratch_path(s->root, "refused", folder);
    CHECK_FAILS(mpb_corpus_preprocess(s->comm, &s->log, &options, folder), MPB_ERR_DATA,
                "no such file or folder (/nonexistent/data.csv)");
    mpb_strings_clear(&nowhere);

    /* Only rank 0 meets the folder that cannot be made. */
    scratch_path(s->root, "table.csv/shards", folder);
    CHECK_STATUS(mpb_corpus_preprocess(s->comm, &s->log, &s->options, folder), MPB_ERR_SYSTEM);

    options = s->options;
    options.max_seq_length = 3;
    scratch_path(s->root, "refused", folder);
    CHECK_FAILS(mpb_corpus_preprocess(s->comm, &s->log, &options, folder), MPB_ERR_CONFIG,
                "max_seq_length 3");
}

static void every_option_changes_the_key(const setting *s)
{
    enum { NUM_KEYS = 8 };
    mpb_corpus_options options[NUM_KEYS];
    char keys[NUM_KEYS][MPB_SHARD_HASH_SIZE];

    for (int i = 0; i < NUM_KEYS; i++) {
        options[i] = s->options;
    }
    options[1].max_seq_length++;
    options[2].read.max_chars = 512;
    options[3].shuffle = true;
    options[4].part = MPB_PART_TRAIN;
    options[5].program = "test 2";
    options[6].vocab_sha256 = "2222222222222222222222222222222222222222222222222222222222222222";
    options[7].read.remove_quotes = true;
    for (int i = 0; i < NUM_KEYS; i++) {
        CHECK_OK(mpb_corpus_cache_key(&options[i], keys[i]));
        for (int k = 0; k < i; k++) {
            CHECK(strcmp(keys[i], keys[k]) != 0);
        }
    }
}

static void find_cached(const setting *s, const char *cache, char folder[MPB_PATH_SIZE])
{
    char key[MPB_SHARD_HASH_SIZE];

    CHECK_OK(mpb_corpus_cache_key(&s->options, key));
    scratch_path(cache, key, folder);
}

static ino_t inode_of(const char *folder)
{
    char path[MPB_PATH_SIZE];
    struct stat status;

    scratch_path(folder, "manifest.json", path);
    CHECK(stat(path, &status) == 0);
    return status.st_ino;
}

static void load(const setting *s, const char *cache)
{
    mpb_dataset dataset = {0};

    CHECK_OK(mpb_corpus_load(s->comm, &s->log, &s->options, cache, &dataset));
    CHECK(dataset.num_sequences == NUM_ROWS && dataset.label_names.count == 3);
    mpb_dataset_clear(&dataset);
    CHECK_OK(mpb_comm_barrier(s->comm));
}

static void the_cache_is_filled_once_and_again_when_damaged(const setting *s)
{
    static const char junk[] = "junk";
    char cache[MPB_PATH_SIZE], folder[MPB_PATH_SIZE], shard[MPB_PATH_SIZE];
    mpb_strings names = {0};
    ino_t first;

    scratch_path(s->root, "cache", cache);
    load(s, cache);
    find_cached(s, cache, folder);
    first = inode_of(folder);
    load(s, cache);
    CHECK(inode_of(folder) == first);
    CHECK_OK(mpb_comm_barrier(s->comm));
    scratch_path(folder, "shard-00002-of-00006.h5", shard);
    if (s->log.leader) {
        CHECK_OK(mpb_file_replace(shard, junk, sizeof(junk)));
    }
    CHECK_OK(mpb_comm_barrier(s->comm));
    load(s, cache);
    CHECK_OK(mpb_directory_list(cache, &names));
    CHECK(names.count == 1);
    mpb_strings_clear(&names);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;
    setting s;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    set_up(comm, &s);
    shards_are_those_of_one_rank(&s);
    cut_texts_and_tokens_are_counted(&s);
    documents_keep_order_labels_and_ids(&s);
    CHECK_OK(mpb_comm_barrier(comm));
    a_new_set_replaces_an_older_one(&s);
    a_selection_is_shuffled_cut_and_split(&s);
    a_failure_of_one_rank_reaches_all(&s);
    every_option_changes_the_key(&s);
    the_cache_is_filled_once_and_again_when_damaged(&s);
    tear_down(&s);
    mpb_comm_stop(&comm, true);
    return 0;
}
