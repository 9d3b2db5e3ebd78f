#pragma once

/* What the files of the source of tokens share. */

#include "mpibert/io/file_set.h"
#include "mpibert/shards/token_source.h"

typedef struct source_shard {
    uint32_t first; /* its first sequence */
    uint64_t begin; /* tokens in the shards before it */
    mpb_h5_runs runs;
} source_shard;

struct mpb_token_source {
    int users;
    size_t capacity; /* sequences */
    size_t count;
    uint32_t *begins;    /* owned, (count + 1): tokens before each, modulo 2^32 */
    uint32_t *checks;    /* owned, (count) */
    uint32_t *documents; /* owned, (count); NULL: each is the document of its number */
    size_t shard_capacity;
    size_t num_shards;
    source_shard *shards; /* owned, (num_shards): those with sequences, as the files */
    mpb_file_set *files;  /* owned */
    uint64_t num_tokens;
    uint32_t largest; /* token */
    uint32_t largest_at;
};
