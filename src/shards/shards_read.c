/* All shards of a folder, and where their tokens are kept. */

#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/shards/shards.h"
#include "shard_read.h"

static mpb_status check_vocabulary(const char *directory, const mpb_shard_info *info,
                                   const char *expected)
{
    MPB_REQUIRE(expected == NULL || strcmp(info->vocab_sha256, expected) == 0, MPB_ERR_DATA,
                "the shards were made with another vocabulary: theirs (%s) has SHA-256 %s, the "
                "model's has %s (%s)",
                info->tokenizer.data, info->vocab_sha256, expected, directory);
    return MPB_OK;
}

/* Whether the tokens of a shard have places in its file. */
static bool has_places(const char *directory, const mpb_shard_entry *entry)
{
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;
    mpb_h5_runs runs = {0};
    bool found;

    if (mpb_path_join(directory, entry->file, path, sizeof(path)) != MPB_OK ||
        mpb_h5_open(path, &file) != MPB_OK) {
        return false;
    }
    found = mpb_h5_end(&file, mpb_h5_find_runs(file, "tokens", &runs)) == MPB_OK;
    mpb_h5_runs_clear(&runs);
    return found;
}

static mpb_status choose_home(const char *directory, const mpb_shard_entry *entries, size_t count,
                              mpb_tokens_home home, mpb_dataset *dataset)
{
    uint64_t num_sequences = 0;
    uint64_t num_tokens = 0;

    for (size_t i = 0; i < count; i++) {
        num_sequences += entries[i].sequences;
        num_tokens += entries[i].tokens;
    }
    if (home == MPB_TOKENS_IN_MEMORY ||
        (home == MPB_TOKENS_AUTO &&
         (num_tokens <= MPB_MOST_TOKENS_IN_MEMORY || !has_places(directory, &entries[0])))) {
        return MPB_OK;
    }
    return mpb_token_source_create(num_sequences, count, &dataset->source);
}

static mpb_status read_all(const char *directory, const mpb_shard_info *info,
                           const mpb_shard_entry *entries, size_t count, mpb_dataset *dataset)
{
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(shard_read(directory, info, &entries[i], dataset));
    }
    MPB_REQUIRE(dataset->num_sequences > 0, MPB_ERR_DATA,
                "the shards hold no sequence, at least one was expected (%s)", directory);
    dataset->num_documents = info->source_documents;
    dataset->truncation = info->truncation;
    return mpb_strings_copy(&dataset->label_names, &info->label_names);
}

mpb_status mpb_shards_read(const char *directory, const char *expected_vocab_sha256,
                           mpb_tokens_home home, mpb_dataset *dataset)
{
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    size_t count = 0;
    mpb_dataset made = {0};
    mpb_status status;

    MPB_TRY(mpb_shards_describe(directory, &info, &entries, &count));
    status = check_vocabulary(directory, &info, expected_vocab_sha256);
    if (status == MPB_OK) {
        status = choose_home(directory, entries, count, home, &made);
    }
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
