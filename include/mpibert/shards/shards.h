#pragma once

/* HDF5 shards, version 1: tokenised examples on disk.
 *
 *     DIR/shard-00000-of-00008.h5 ...   sequences end to end, see mpb_dataset for the arrays
 *     DIR/manifest.json                 what made them, counts and SHA-256 of each file
 *
 * The manifest is written last, so a folder without one is not complete. Reading trusts nothing:
 * hashes, attributes, shapes, offsets, token ids and labels are checked, and what does not hold is
 * MPB_ERR_DATA with the file and what was found. Local functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/truncation.h"

enum { MPB_SHARDS_VERSION = 1, MPB_SHARD_NAME_SIZE = 32, MPB_SHARD_HASH_SIZE = 65 };

/* What is the same for all shards of a folder. Starts as {0}. */
typedef struct mpb_shard_info {
    mpb_buffer task;           /* owned; "classification" */
    mpb_buffer tokenizer;      /* owned; name of the model whose vocabulary it is */
    mpb_buffer program;        /* owned; name and version of the writer */
    mpb_buffer options;        /* owned; JSON of the settings that shaped the sequences */
    mpb_buffer long_documents; /* owned; what happened to them: "truncate" or "chunk" */
    mpb_buffer stride_mode;    /* owned; what `stride` counts: "overlap" or "step" */
    mpb_strings label_names;
    char vocab_sha256[MPB_SHARD_HASH_SIZE];
    char source_sha256[MPB_SHARD_HASH_SIZE]; /* over the input files */
    char key[MPB_SHARD_HASH_SIZE];           /* over everything that shapes the shards */
    uint64_t vocab_size;
    uint64_t max_seq_length;
    uint64_t stride;           /* 0 where texts are truncated */
    uint64_t source_documents; /* examples of the input, of which some may be left out */
    int compression;           /* deflate level of new shards, 0: none */
    mpb_truncation truncation; /* of all shards */
} mpb_shard_info;

void mpb_shard_info_clear(mpb_shard_info *info);

/* One file as the manifest lists it. */
typedef struct mpb_shard_entry {
    char file[MPB_SHARD_NAME_SIZE];
    char sha256[MPB_SHARD_HASH_SIZE];
    uint64_t sequences;
    uint64_t tokens;
    uint64_t documents;
    mpb_truncation truncation; /* of this shard; not in the manifest */
} mpb_shard_entry;

/* "shard-00003-of-00008.h5" */
void mpb_shard_name(size_t index, size_t count, char name[MPB_SHARD_NAME_SIZE]);

/* Writes one shard to DIRECTORY/entry->file, aside first, and fills in the rest of `entry` but for
 * its truncation, which is the caller's to give. Equal content gives equal bytes. */
MPB_MUST_CHECK mpb_status mpb_shard_write(const char *directory, const mpb_shard_info *info,
                                          const mpb_dataset *dataset, mpb_shard_entry *entry);

/* Whether DIRECTORY/entry->file is a whole shard with the key of `info`; then fills in the rest of
 * `entry`. Anything else is no error: the shard has to be written. */
bool mpb_shard_find(const char *directory, const mpb_shard_info *info, mpb_shard_entry *entry);

/* Writes manifest.json, whole or not at all. */
MPB_MUST_CHECK mpb_status mpb_shards_write_manifest(const char *directory,
                                                    const mpb_shard_info *info,
                                                    const mpb_shard_entry *entries, size_t count);

/* What the manifest says, without reading the shards. `info` and `*entries` (*count, freed by the
 * caller) are untouched on failure; `entries` may be NULL. */
MPB_MUST_CHECK mpb_status mpb_shards_describe(const char *directory, mpb_shard_info *info,
                                              mpb_shard_entry **entries, size_t *count);

typedef enum mpb_tokens_home {
    MPB_TOKENS_AUTO,      /* on disk above MPB_MOST_TOKENS_IN_MEMORY, unless they are compressed */
    MPB_TOKENS_IN_MEMORY, /* whatever is needed */
    MPB_TOKENS_ON_DISK,   /* compressed ones are MPB_ERR_DATA */
} mpb_tokens_home;

enum { MPB_MOST_TOKENS_IN_MEMORY = 64 << 20 }; /* 256 MiB of ids */

/* Reads and checks all shards of a folder, one after the other: tokens that stay on disk are in memory
 * for as long as their shard is read. expected_vocab_sha256 is the hash of the vocabulary
 * that will read the ids (NULL: any); shards of another are MPB_ERR_DATA with both hashes.
 * `dataset` is replaced, and untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_shards_read(const char *directory, const char *expected_vocab_sha256,
                                          mpb_tokens_home home, mpb_dataset *dataset);
