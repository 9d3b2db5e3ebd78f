/* Parallel preprocessing: the same bytes on any number of ranks, one status for all of them. */

#include <sys/stat.h>

#include "corpus_internal.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/split.h"
#include "scratch.h"
#include "tiny_vocabulary.h"

static const char VOCAB[] = "1111111111111111111111111111111111111111111111111111111111111111";

/* The rows have 3,544 bytes. */
enum { NUM_WORDS = 12, NUM_ROWS = 130, RANGE = 600, NUM_SHARDS = 6, MAX_LENGTH = 10 };

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

static mpb_corpus_options options_for(const mpb_strings *paths, const mpb_tokenizer *tokenizer)
{
    return (mpb_corpus_options){
        .paths = paths,
        .read = {.task = MPB_TASK_CLASSIFICATION,
                 .text_column = "text",
                 .label_column = "label",
                 .need_labels = true},
        .encode = {.tokenizer = tokenizer,
                   .max_seq_length = MAX_LENGTH,
                   .task = MPB_TASK_CLASSIFICATION,
                   .labelled = true},
        .vocab_sha256 = VOCAB,
        .tokenizer_name = "tiny",
        .program = "test 1",
        .range_bytes = RANGE,
    };
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
    tiny_tokenizer(&s->tokenizer);
    s->options = options_for(&s->paths, s->tokenizer);
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

/* Opens, scans and selects in this process alone; the caller closes. */
static void survey_alone(const mpb_corpus_options *options, mpb_corpus *corpus)
{
    *corpus = (mpb_corpus){.options = options};
    CHECK_OK(mpb_corpus_open(corpus, NULL));
    CHECK_OK(mpb_corpus_scan(corpus));
    CHECK_OK(mpb_corpus_select(corpus));
    CHECK_OK(mpb_corpus_make_key(corpus));
}

/* One shard by the functions that make it, compared with that of the same name in `made`. */
static void write_shard_alone(const mpb_corpus *corpus, size_t range, mpb_encoder *encoder,
                              const mpb_shard_info *info, const char *made, const char *folder,
                              mpb_shard_entry *entry)
{
    mpb_dataset dataset = {.shape = mpb_encoder_shape(encoder)};
    mpb_input_scratch scratch = {0};

    CHECK_OK(mpb_corpus_encode(corpus, range, encoder, &scratch, NULL, &dataset));
    entry->truncation = mpb_encoder_take_truncation(encoder);
    CHECK_OK(mpb_shard_write(folder, info, &dataset, entry));
    check_same_file(made, folder, entry->file);
    mpb_dataset_clear(&dataset);
    mpb_input_scratch_clear(&scratch);
}

/* The same shards by one rank in a plain loop, to `folder`; what the manifest of `made` says is
 * taken from it. */
static void write_alone(const setting *s, const char *made, const char *folder)
{
    mpb_corpus corpus;
    mpb_encoder *encoder = NULL;
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    size_t count = 0;

    survey_alone(&s->options, &corpus);
    CHECK_OK(mpb_corpus_encoder(&corpus, &encoder));
    CHECK_OK(mpb_shards_describe(made, &info, &entries, &count));
    CHECK(count == NUM_SHARDS && corpus.ranges.count == NUM_SHARDS);
    CHECK_TEXT(info.key, corpus.key);
    CHECK_TEXT(info.source_sha256, corpus.source_sha256);
    CHECK_OK(mpb_directory_create(folder));
    for (size_t i = 0; i < count; i++) {
        write_shard_alone(&corpus, i, encoder, &info, made, folder, &entries[i]);
    }
    CHECK_OK(mpb_shards_write_manifest(folder, &info, entries, count));
    check_same_file(made, folder, "manifest.json");
    free(entries);
    mpb_shard_info_clear(&info);
    mpb_encoder_destroy(&encoder);
    mpb_corpus_close(&corpus);
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
    CHECK_OK(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &dataset));
    CHECK(dataset.num_sequences == NUM_ROWS);
    for (size_t i = 0; i < NUM_ROWS; i++) {
        const uint32_t *tokens = dataset.tokens + dataset.offsets[i];
        size_t length = (size_t)(dataset.offsets[i + 1] - dataset.offsets[i]);

        snprintf(id, sizeof(id), "%zu", i);
        CHECK_TEXT(dataset.ids.items[i], id);
        CHECK(dataset.document[i] == i && dataset.labels[i] == (int32_t)(i % 3));
        CHECK(length == (i % 14 + 1 < 8 ? i % 14 + 1 : 8) + 2);
        CHECK(tokens[0] == TINY_CLS && tokens[length - 1] == TINY_SEP);
        CHECK(tokens[1] == TINY_W0 + i * 7 % NUM_WORDS);
        CHECK(dataset.segment_b[i] == length);
    }
    mpb_dataset_clear(&dataset);
}

/* Row i has i % 14 + 1 tokens; a step of 4 tokens between chunks of 8. */
static void a_dataset_tells_what_making_it_cost(const setting *s)
{
    mpb_corpus_options options = s->options;
    mpb_dataset read = {0}, made = {0}, kept = {0};
    mpb_truncation want = {.texts = NUM_ROWS};
    char cache[MPB_PATH_SIZE];

    options.encode.chunk = true;
    options.encode.stride = 4;
    for (uint64_t i = 0; i < NUM_ROWS; i++) {
        uint64_t tokens = i % 14 + 1;
        uint64_t chunks = tokens > 8 ? 1 + (tokens - 8 + 3) / 4 : 1;

        want.tokens += tokens;
        want.chunked_texts += chunks > 1;
        want.chunks += chunks > 1 ? chunks : 0;
    }
    scratch_path(s->root, "chunks", cache);
    CHECK_OK(mpb_corpus_read(&s->log, &options, &read));
    CHECK_OK(mpb_corpus_load(s->comm, &s->log, &options, cache, &made));
    CHECK_OK(mpb_corpus_load(s->comm, &s->log, &options, cache, &kept));
    CHECK(memcmp(&read.truncation, &want, sizeof(want)) == 0);
    CHECK(memcmp(&made.truncation, &want, sizeof(want)) == 0);
    CHECK(memcmp(&kept.truncation, &want, sizeof(want)) == 0);
    mpb_dataset_clear(&read);
    mpb_dataset_clear(&made);
    mpb_dataset_clear(&kept);
}

/* An older set with more shards leaves nothing behind. */
static void a_new_set_replaces_an_older_one(const setting *s)
{
    mpb_corpus_options options = s->options;
    mpb_strings names = {0};
    char folder[MPB_PATH_SIZE];

    options.range_bytes = 0;
    options.selection.max_samples = 20;
    scratch_path(s->root, "made", folder);
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &options, folder));
    CHECK_OK(mpb_directory_list(folder, &names));
    CHECK(names.count == 2);
    CHECK_TEXT(names.items[1], "shard-00000-of-00001.h5");
    mpb_strings_clear(&names);
    CHECK_OK(mpb_comm_barrier(s->comm));
}

/* chosen[i] tells whether row i is selected: shuffled, cut to 100, split, cut to `kept`, one step
 * after the other. */
static void choose(mpb_corpus_part part, size_t kept, bool chosen[NUM_ROWS])
{
    uint32_t shuffled[NUM_ROWS], train[100], validation[100];
    int32_t labels[100];
    mpb_split_request request = {.count = 100,
                                 .labels = labels,
                                 .train_share = 0.8,
                                 .val_share = 0.2,
                                 .stratify = true,
                                 .seed = 7};
    mpb_split split = {.train = train, .validation = validation};
    const uint32_t *part_of = part == MPB_PART_TRAIN ? train : validation;

    CHECK_OK(mpb_shuffled_order(NUM_ROWS, 42, shuffled));
    for (size_t i = 0; i < 100; i++) {
        labels[i] = (int32_t)(shuffled[i] % 3);
    }
    CHECK_OK(mpb_split_train_validation(&request, &split));
    CHECK(split.num_train == 80 && split.num_validation == 20);
    memset(chosen, 0, NUM_ROWS * sizeof(*chosen));
    for (size_t i = 0; i < kept; i++) {
        chosen[shuffled[part_of[i]]] = true;
    }
}

static void check_chosen(const char *folder, const bool chosen[NUM_ROWS])
{
    mpb_dataset dataset = {0};
    size_t at = 0;

    CHECK_OK(mpb_shards_read(folder, VOCAB, MPB_TOKENS_IN_MEMORY, &dataset));
    CHECK(dataset.num_documents == NUM_ROWS);
    for (size_t i = 0; i < NUM_ROWS; i++) {
        if (chosen[i]) {
            CHECK(at < dataset.num_sequences && dataset.document[at] == i);
            CHECK(dataset.tokens[dataset.offsets[at++] + 1] == TINY_W0 + i * 7 % NUM_WORDS);
        }
    }
    CHECK(at == dataset.num_sequences);
    mpb_dataset_clear(&dataset);
}

/* The selection is that of the shuffled examples; the shards keep reading order. */
static void a_selection_is_shuffled_cut_and_split(const setting *s)
{
    static const mpb_corpus_part parts[] = {MPB_PART_TRAIN, MPB_PART_VALIDATION, MPB_PART_TRAIN};
    static const size_t kept[] = {80, 20, 9};
    mpb_corpus_options options = s->options;
    bool chosen[NUM_ROWS];
    char folder[MPB_PATH_SIZE];

    scratch_path(s->root, "selected", folder);
    for (size_t i = 0; i < 3; i++) {
        options.selection = (mpb_corpus_selection){.shuffle = true,
                                                   .shuffle_seed = 42,
                                                   .max_samples = 100,
                                                   .max_kept = kept[i] == 9 ? 9 : 0,
                                                   .part = parts[i],
                                                   .train_share = 0.8,
                                                   .val_share = 0.2,
                                                   .stratify = true,
                                                   .split_seed = 7};
        choose(parts[i], kept[i], chosen);
        CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &options, folder));
        check_chosen(folder, chosen);
        CHECK_OK(mpb_comm_barrier(s->comm));
    }
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
                "(/nonexistent/data.csv");
    mpb_strings_clear(&nowhere);

    /* Only rank 0 meets the folder that cannot be made. */
    scratch_path(s->root, "table.csv/shards", folder);
    CHECK_STATUS(mpb_corpus_preprocess(s->comm, &s->log, &s->options, folder), MPB_ERR_SYSTEM);

    options = s->options;
    options.encode.max_seq_length = 3;
    scratch_path(s->root, "refused", folder);
    CHECK_FAILS(mpb_corpus_preprocess(s->comm, &s->log, &options, folder), MPB_ERR_CONFIG,
                "max_seq_length 3");
}

static void key_of(const mpb_corpus_options *options, char key[MPB_SHARD_HASH_SIZE])
{
    mpb_corpus corpus;

    survey_alone(options, &corpus);
    memcpy(key, corpus.key, sizeof(corpus.key));
    mpb_corpus_close(&corpus);
}

static void every_option_changes_the_key(const setting *s)
{
    enum { NUM_KEYS = 13 };
    mpb_corpus_options options[NUM_KEYS];
    char keys[NUM_KEYS][MPB_SHARD_HASH_SIZE];

    for (int i = 0; i < NUM_KEYS; i++) {
        options[i] = s->options;
        options[i].selection.max_samples = 50;
    }
    options[1].encode.max_seq_length++;
    options[2].encode.max_chars = 512;
    options[3].selection.shuffle = true;
    options[4].selection.part = MPB_PART_TRAIN;
    options[4].selection.train_share = 0.8;
    options[4].selection.val_share = 0.2;
    options[5].program = "test 2";
    options[6].vocab_sha256 = "2222222222222222222222222222222222222222222222222222222222222222";
    options[7].encode.noise.quotes = true;
    options[8].encode.chunk = true;
    options[9].compression = 1;
    options[10].range_bytes = RANGE + 200;
    options[11].tokenizer_name = "other";
    options[12].selection.max_kept = 20;
    for (int i = 0; i < NUM_KEYS; i++) {
        key_of(&options[i], keys[i]);
        for (int k = 0; k < i; k++) {
            CHECK(strcmp(keys[i], keys[k]) != 0);
        }
    }
}

/* The rows are the same in both. */
static void a_table_with_other_names_has_another_key(const setting *s)
{
    static const char *const tables[] = {"text,more,label\na,b,x\n", "more,text,label\na,b,x\n"};
    char keys[2][MPB_SHARD_HASH_SIZE];
    char path[MPB_PATH_SIZE];
    mpb_corpus_options options = s->options;
    mpb_strings paths = {0};

    if (!s->log.leader) {
        return;
    }
    scratch_path(s->root, "names.csv", path);
    CHECK_OK(mpb_strings_add(&paths, path, strlen(path)));
    options.paths = &paths;
    for (size_t i = 0; i < 2; i++) {
        scratch_write(s->root, "names.csv", tables[i], strlen(tables[i]), path);
        key_of(&options, keys[i]);
    }
    CHECK(strcmp(keys[0], keys[1]) != 0);
    mpb_strings_clear(&paths);
}

/* What is shuffled as a whole is selected as a whole, and the shards keep reading order. */
static void options_that_change_no_shard_keep_the_key(const setting *s)
{
    mpb_corpus_options options = s->options;
    char before[MPB_SHARD_HASH_SIZE], after[MPB_SHARD_HASH_SIZE];

    key_of(&options, before);
    options.selection.shuffle = true;
    options.selection.shuffle_seed = 3;
    options.selection.train_share = 0.5;
    options.encode.stride = 4;
    key_of(&options, after);
    CHECK_TEXT(after, before);
}

static void find_cached(const setting *s, const char *cache, char folder[MPB_PATH_SIZE])
{
    char key[MPB_SHARD_HASH_SIZE];

    key_of(&s->options, key);
    scratch_path(cache, key, folder);
}

static ino_t inode_of(const char *folder, const char *name)
{
    char path[MPB_PATH_SIZE];
    struct stat status;

    scratch_path(folder, name, path);
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
    first = inode_of(folder, "manifest.json");
    load(s, cache);
    CHECK(inode_of(folder, "manifest.json") == first);
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

/* What a run that was killed may leave: shards that are missing, parts of shards, no manifest. */
static void damage(const char *folder)
{
    static const char junk[] = "junk";
    char path[MPB_PATH_SIZE];
    mpb_buffer bytes = {0};

    scratch_path(folder, "manifest.json", path);
    CHECK_OK(mpb_path_remove(path));
    scratch_path(folder, "shard-00001-of-00006.h5", path);
    CHECK_OK(mpb_path_remove(path));
    scratch_path(folder, "shard-00004-of-00006.h5", path);
    CHECK_OK(mpb_file_read(path, &bytes));
    CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size / 2));
    scratch_path(folder, "shard-00005-of-00006.h5", path);
    CHECK_OK(mpb_file_replace(path, junk, sizeof(junk)));
    scratch_path(folder, "shard-00003-of-00006.h5.tmp-1-0", path);
    CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size / 3));
    scratch_path(folder, "shard-00000-of-00002.h5", path);
    CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size));
    mpb_buffer_clear(&bytes);
}

static void check_same_folder(const char *folder_a, const char *folder_b)
{
    mpb_strings names_a = {0}, names_b = {0};

    CHECK_OK(mpb_directory_list(folder_a, &names_a));
    CHECK_OK(mpb_directory_list(folder_b, &names_b));
    CHECK(mpb_strings_equal(&names_a, &names_b));
    for (size_t i = 0; i < names_a.count; i++) {
        check_same_file(folder_a, folder_b, names_a.items[i]);
    }
    mpb_strings_clear(&names_a);
    mpb_strings_clear(&names_b);
}

static void a_run_that_was_killed_goes_on_with_the_shards_that_it_finds(const setting *s)
{
    static const char *const good[] = {"shard-00000-of-00006.h5", "shard-00002-of-00006.h5",
                                       "shard-00003-of-00006.h5"};
    char whole[MPB_PATH_SIZE], folder[MPB_PATH_SIZE];
    ino_t inodes[3];

    scratch_path(s->root, "whole", whole);
    scratch_path(s->root, "killed", folder);
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &s->options, whole));
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &s->options, folder));
    for (size_t i = 0; i < 3; i++) {
        inodes[i] = inode_of(folder, good[i]);
    }
    CHECK_OK(mpb_comm_barrier(s->comm));
    if (s->log.leader) {
        damage(folder);
    }
    CHECK_OK(mpb_comm_barrier(s->comm));
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &s->options, folder));
    check_same_folder(whole, folder);
    for (size_t i = 0; i < 3; i++) {
        CHECK(inode_of(folder, good[i]) == inodes[i]);
    }
    CHECK_OK(mpb_comm_barrier(s->comm));
}

/* Whole shards of other options are no work done: their key differs. */
static void shards_of_other_options_are_written_anew(const setting *s)
{
    mpb_corpus_options options = s->options;
    char whole[MPB_PATH_SIZE], folder[MPB_PATH_SIZE];

    options.encode.max_seq_length = MAX_LENGTH - 2;
    scratch_path(s->root, "whole", whole);
    scratch_path(s->root, "other", folder);
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &options, folder));
    CHECK_OK(mpb_corpus_preprocess(s->comm, &s->log, &s->options, folder));
    check_same_folder(whole, folder);
    CHECK_OK(mpb_comm_barrier(s->comm));
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;
    setting s;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    set_up(comm, &s);
    shards_are_those_of_one_rank(&s);
    cut_texts_and_tokens_are_counted(&s);
    a_dataset_tells_what_making_it_cost(&s);
    documents_keep_order_labels_and_ids(&s);
    CHECK_OK(mpb_comm_barrier(comm));
    a_new_set_replaces_an_older_one(&s);
    a_selection_is_shuffled_cut_and_split(&s);
    a_failure_of_one_rank_reaches_all(&s);
    every_option_changes_the_key(&s);
    a_table_with_other_names_has_another_key(&s);
    options_that_change_no_shard_keep_the_key(&s);
    the_cache_is_filled_once_and_again_when_damaged(&s);
    a_run_that_was_killed_goes_on_with_the_shards_that_it_finds(&s);
    shards_of_other_options_are_written_anew(&s);
    tear_down(&s);
    mpb_comm_stop(&comm);
    return 0;
}
