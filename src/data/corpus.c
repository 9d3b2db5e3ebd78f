#include "mpibert/data/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/data/encode.h"
#include "mpibert/io/file.h"
#include "shard_names.h"

enum {
    DOCUMENTS_PER_SHARD = 256,
    MAX_SHARDS = 128,
    HASH_DIGITS = MPB_SHARD_HASH_SIZE - 1,
    COUNTS_OF_SHARD = 3 + HASH_DIGITS, /* sequences, tokens, documents, hash by digit */
    COUNTS_OF_ALL = 4,                 /* mpb_truncation */
};

/* One run of the preprocessing on one rank. */
typedef struct job {
    const mpb_comm *comm; /* borrowed, like the next two */
    const mpb_corpus_options *options;
    const char *directory;
    mpb_examples examples;
    size_t *order; /* owned, (count): the selected examples */
    size_t count;
    bool labelled;
    size_t num_shards;
    mpb_shard_entry *entries; /* owned, (num_shards) */
    mpb_shard_info info;
} job;

static void clear(job *j)
{
    mpb_examples_clear(&j->examples);
    free(j->order);
    free(j->entries);
    mpb_shard_info_clear(&j->info);
}

static size_t shard_count(size_t documents, size_t per_shard)
{
    size_t wanted = per_shard == 0 ? DOCUMENTS_PER_SHARD : per_shard;
    size_t count = documents / wanted + (documents % wanted > 0);

    return count < MAX_SHARDS ? count : MAX_SHARDS;
}

static bool all_labelled(const job *j)
{
    for (size_t i = 0; i < j->count; i++) {
        if (j->examples.items[j->order[i]].label < 0) {
            return false;
        }
    }
    return true;
}

static mpb_status describe(job *j)
{
    const mpb_corpus_options *o = j->options;
    mpb_shard_info *info = &j->info;

    MPB_TRY(mpb_buffer_append_text(&info->task, o->task));
    MPB_TRY(mpb_buffer_append_text(&info->tokenizer, o->tokenizer_name));
    MPB_TRY(mpb_buffer_append_text(&info->program, o->program));
    MPB_TRY(mpb_buffer_append_text(&info->truncated, "truncate"));
    MPB_TRY(mpb_corpus_describe(o, &info->options));
    MPB_TRY(mpb_strings_copy(&info->label_names, &j->examples.label_names));
    MPB_REQUIRE(strlen(o->vocab_sha256) == HASH_DIGITS, MPB_ERR_SYSTEM,
                "the vocabulary's SHA-256 has %zu digits, %d were expected",
                strlen(o->vocab_sha256), HASH_DIGITS);
    memcpy(info->vocab_sha256, o->vocab_sha256, sizeof(info->vocab_sha256));
    info->vocab_size = mpb_tokenizer_vocab_size(o->tokenizer);
    info->max_seq_length = o->max_seq_length;
    return MPB_OK;
}

/* What every rank does alone and can fail at. */
static mpb_status prepare(job *j)
{
    MPB_TRY(mpb_examples_read(j->options->paths, &j->options->read, &j->examples));
    MPB_TRY(mpb_corpus_select(j->options, &j->examples, &j->order, &j->count));
    MPB_REQUIRE(j->count > 0, MPB_ERR_DATA, "the selection holds no example (%s)",
                j->options->paths->items[0]);
    j->labelled = all_labelled(j);
    j->num_shards = shard_count(j->count, j->options->documents_per_shard);
    j->entries = calloc(j->num_shards, sizeof(*j->entries));
    MPB_REQUIRE(j->entries != NULL, MPB_ERR_SYSTEM, "no memory for %zu shards", j->num_shards);
    for (size_t i = 0; i < j->num_shards; i++) {
        mpb_shard_name(i, j->num_shards, j->entries[i].file);
    }
    return describe(j);
}

static bool is_old_shard(const char *name)
{
    size_t length = strlen(name);

    return strncmp(name, "shard-", 6) == 0 && length > 3 && strcmp(name + length - 3, ".h5") == 0;
}

/* An older set goes, its manifest first: at no time does a manifest stand beside other shards. */
static mpb_status remove_old(const char *directory)
{
    mpb_strings names = {0};
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, MPB_SHARD_MANIFEST, path, sizeof(path)));
    MPB_TRY(mpb_path_remove(path));
    status = mpb_directory_list(directory, &names);
    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        if (is_old_shard(names.items[i])) {
            status = mpb_path_join(directory, names.items[i], path, sizeof(path));
            status = status == MPB_OK ? mpb_path_remove(path) : status;
        }
    }
    mpb_strings_clear(&names);
    return status;
}

/* Rank 0 alone. */
static mpb_status prepare_directory(job *j)
{
    MPB_TRY(mpb_corpus_source_hash(j->options, j->info.source_sha256));
    MPB_TRY(mpb_directory_create(j->directory));
    return remove_old(j->directory);
}

static mpb_status write_shard(job *j, size_t index)
{
    size_t begin = index * j->count / j->num_shards;
    size_t end = (index + 1) * j->count / j->num_shards;
    mpb_dataset dataset = {0};
    mpb_status status;

    MPB_TRY(mpb_encode_examples(j->options->tokenizer, j->options->max_seq_length, &j->examples,
                                j->order + begin, end - begin, begin, j->labelled, &dataset,
                                &j->info.truncation));
    status = mpb_shard_write(j->directory, &j->info, &dataset, &j->entries[index]);
    mpb_dataset_clear(&dataset);
    return status;
}

static mpb_status write_own_shards(job *j)
{
    size_t size = (size_t)mpb_comm_size(j->comm);

    for (size_t i = (size_t)mpb_comm_rank(j->comm); i < j->num_shards; i += size) {
        MPB_TRY(write_shard(j, i));
    }
    return MPB_OK;
}

/* Counts of shards written elsewhere are 0 here, so a sum over ranks gathers them all. */
static void pack(const job *j, int64_t *values)
{
    const mpb_truncation *t = &j->info.truncation;

    *values++ = (int64_t)t->texts;
    *values++ = (int64_t)t->truncated_texts;
    *values++ = (int64_t)t->tokens;
    *values++ = (int64_t)t->tokens_cut;
    for (size_t i = 0; i < j->num_shards; i++) {
        const mpb_shard_entry *entry = &j->entries[i];

        *values++ = (int64_t)entry->sequences;
        *values++ = (int64_t)entry->tokens;
        *values++ = (int64_t)entry->documents;
        for (int digit = 0; digit < HASH_DIGITS; digit++) {
            *values++ = entry->sha256[digit];
        }
    }
}

static void unpack(job *j, const int64_t *values)
{
    mpb_truncation *t = &j->info.truncation;

    t->texts = (uint64_t)*values++;
    t->truncated_texts = (uint64_t)*values++;
    t->tokens = (uint64_t)*values++;
    t->tokens_cut = (uint64_t)*values++;
    for (size_t i = 0; i < j->num_shards; i++) {
        mpb_shard_entry *entry = &j->entries[i];

        entry->sequences = (uint64_t)*values++;
        entry->tokens = (uint64_t)*values++;
        entry->documents = (uint64_t)*values++;
        for (int digit = 0; digit < HASH_DIGITS; digit++) {
            entry->sha256[digit] = (char)*values++;
        }
    }
}

static mpb_status gather(job *j)
{
    size_t count = COUNTS_OF_ALL + j->num_shards * COUNTS_OF_SHARD;
    int64_t *values = malloc(count * sizeof(*values));
    mpb_status status =
        values == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory to gather %zu counts", count) : MPB_OK;

    status = mpb_comm_agree(j->comm, status);
    if (status == MPB_OK) {
        pack(j, values);
        status = mpb_comm_sum_int64(j->comm, values, count);
    }
    if (status == MPB_OK) {
        unpack(j, values);
    }
    free(values);
    return status;
}

static void report(const mpb_log *log, const mpb_truncation *t)
{
    double share = t->tokens == 0 ? 0.0 : 100.0 * (double)t->tokens_cut / (double)t->tokens;

    mpb_log_info(log, "%llu of %llu texts were cut, %.1f%% of tokens",
                 (unsigned long long)t->truncated_texts, (unsigned long long)t->texts, share);
}

static mpb_status run(job *j)
{
    bool leader = mpb_comm_rank(j->comm) == 0;

    MPB_TRY(mpb_comm_agree(j->comm, prepare(j)));
    MPB_TRY(mpb_comm_agree(j->comm, leader ? prepare_directory(j) : MPB_OK));
    MPB_TRY(mpb_comm_broadcast(j->comm, j->info.source_sha256, sizeof(j->info.source_sha256)));
    MPB_TRY(mpb_comm_agree(j->comm, write_own_shards(j)));
    MPB_TRY(gather(j));
    return mpb_comm_agree(j->comm, leader ? mpb_shards_write_manifest(j->directory, &j->info,
                                                                      j->entries, j->num_shards)
                                          : MPB_OK);
}

mpb_status mpb_corpus_preprocess(const mpb_comm *comm, const mpb_log *log,
                                 const mpb_corpus_options *options, const char *directory)
{
    job j = {.comm = comm, .options = options, .directory = directory};
    mpb_status status = run(&j);

    if (status == MPB_OK) {
        report(log, &j.info.truncation);
    }
    clear(&j);
    return status;
}
