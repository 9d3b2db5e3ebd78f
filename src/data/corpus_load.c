#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "mpibert/data/corpus.h"
#include "mpibert/io/file.h"
#include "shard_names.h"

/* Where the shards of one key lie, the same on all ranks. */
typedef struct places {
    char final[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE]; /* filled first, then renamed: other jobs may share the cache */
} places;

static mpb_status name_places(const mpb_corpus_options *options, const char *cache_root, places *p)
{
    char key[MPB_SHARD_HASH_SIZE];
    char name[MPB_SHARD_HASH_SIZE + 32];

    MPB_TRY(mpb_corpus_cache_key(options, key));
    MPB_TRY(mpb_path_join(cache_root, key, p->final, sizeof(p->final)));
    snprintf(name, sizeof(name), ".%s.%ld", key, (long)getpid());
    return mpb_path_join(cache_root, name, p->aside, sizeof(p->aside));
}

/* Rank 0 hashes the input for all. */
static mpb_status agree_on_places(const mpb_comm *comm, const mpb_corpus_options *options,
                                  const char *cache_root, places *p)
{
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(comm) == 0) {
        status = name_places(options, cache_root, p);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    return mpb_comm_broadcast(comm, p, sizeof(*p));
}

static bool is_complete(const places *p)
{
    char manifest[MPB_PATH_SIZE];

    return mpb_path_join(p->final, MPB_SHARD_MANIFEST, manifest, sizeof(manifest)) == MPB_OK &&
           mpb_file_exists(manifest);
}

/* Rank 0 looks, so that all ranks take the same way. */
static mpb_status agree_on_complete(const mpb_comm *comm, const places *p, bool *complete)
{
    bool seen = mpb_comm_rank(comm) == 0 && is_complete(p);

    MPB_TRY(mpb_comm_broadcast(comm, &seen, sizeof(seen)));
    *complete = seen;
    return MPB_OK;
}

static mpb_status fill(const mpb_comm *comm, const mpb_log *log, const mpb_corpus_options *options,
                       const places *p)
{
    bool leader = mpb_comm_rank(comm) == 0;
    mpb_status status = mpb_corpus_preprocess(comm, log, options, p->aside);

    if (status == MPB_OK) {
        return mpb_comm_agree(comm, leader ? mpb_directory_publish(p->aside, p->final) : MPB_OK);
    }
    if (leader) {
        char first[1024];

        snprintf(first, sizeof(first), "%s", mpb_status_last());
        if (mpb_path_remove(p->aside) != MPB_OK) {
            return MPB_FAIL(status, "%s", first);
        }
    }
    return status;
}

static mpb_status read_everywhere(const mpb_comm *comm, const mpb_corpus_options *options,
                                  const places *p, mpb_dataset *dataset)
{
    mpb_dataset made = {0};
    mpb_status status =
        mpb_comm_agree(comm, mpb_shards_read(p->final, options->vocab_sha256, &made));

    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    mpb_dataset_clear(dataset);
    *dataset = made;
    return MPB_OK;
}

mpb_status mpb_corpus_load(const mpb_comm *comm, const mpb_log *log,
                           const mpb_corpus_options *options, const char *cache_root,
                           mpb_dataset *dataset)
{
    places p = {0};
    bool complete;

    MPB_TRY(agree_on_places(comm, options, cache_root, &p));
    MPB_TRY(agree_on_complete(comm, &p, &complete));
    if (complete) {
        mpb_status status = read_everywhere(comm, options, &p, dataset);

        if (status != MPB_ERR_DATA) {
            return status;
        }
        mpb_log_warning(log, "preprocessing again: %s", mpb_status_last());
    }
    MPB_TRY(fill(comm, log, options, &p));
    return read_everywhere(comm, options, &p, dataset);
}
