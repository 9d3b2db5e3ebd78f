#pragma once

/* Tokens that stay in their shards. Of each sequence there is in memory where it begins, its document
 * and a check of 32 bits of its tokens, so that a shard which changes while it is used is noticed. Sequences are
 * numbered over all shards, from 0. Local, and of one thread. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/io/h5.h"

typedef struct mpb_token_source mpb_token_source;

enum { MPB_TOKEN_SOURCE_BYTES = 12 }; /* of memory that a sequence takes at most */

/* Of tokens (count): equal tokens have equal checks. Pure. */
uint32_t mpb_tokens_check(const uint32_t *tokens, size_t count);

/* For `num_sequences` sequences at most, in `num_shards` shards at most. */
MPB_MUST_CHECK mpb_status mpb_token_source_create(uint64_t num_sequences, size_t num_shards,
                                                  mpb_token_source **source);

/* Those who share a source release it once each; the last one destroys it. */
mpb_token_source *mpb_token_source_share(mpb_token_source *source);
void mpb_token_source_release(mpb_token_source **source);

/* Where the tokens of a shard are, and what they are now. */
typedef struct mpb_token_shard {
    const char *path;
    const mpb_h5_runs *runs; /* of its tokens */
    const uint64_t *offsets; /* (count + 1): sequence i is tokens[offsets[i], offsets[i + 1]) */
    size_t count;            /* sequences */
    const uint32_t *tokens;
    const uint64_t *documents; /* (count): their numbers */
} mpb_token_shard;

/* Adds the sequences of a shard; copies what it needs. A failure makes `source` useless. */
MPB_MUST_CHECK mpb_status mpb_token_source_add(mpb_token_source *source,
                                               const mpb_token_shard *shard);

size_t mpb_token_source_count(const mpb_token_source *source);
/* Tokens of a sequence. */
size_t mpb_token_source_length(const mpb_token_source *source, uint32_t number);
/* The number of its document. */
uint64_t mpb_token_source_document(const mpb_token_source *source, uint32_t number);
/* mpb_tokens_check of its tokens. */
uint32_t mpb_token_source_check(const mpb_token_source *source, uint32_t number);
/* The largest token of all, and the first sequence that has it. */
uint32_t mpb_token_source_largest(const mpb_token_source *source, uint32_t *number);
/* Bytes that it takes. */
size_t mpb_token_source_bytes(const mpb_token_source *source);

/* tokens = those of the sequences, end to end. Numbers (count) ascend: neighbours are read together.
 * A shard that cannot be read, or holds other tokens than when it was added, is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_token_source_read(mpb_token_source *source, const uint32_t *numbers,
                                                size_t count, uint32_t *tokens);

/* Has the system bring the tokens of a sequence to memory while the caller goes on. */
void mpb_token_source_expect(mpb_token_source *source, uint32_t number);

/* text (size) = the id of a sequence, from its shard; where that cannot be read, the number of the
 * sequence and the shard. */
void mpb_token_source_id(const mpb_token_source *source, uint32_t number, char *text, size_t size);
