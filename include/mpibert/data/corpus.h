#pragma once

/* From raw text to shards: reads, selects, tokenises and writes, by all ranks together.
 *
 *     examples in reading order -> shuffled -> the first max_samples -> one part of the split
 *
 * Documents keep the order of that selection. How many shards there are and what each holds
 * depends on the number of documents only, so the bytes are the same for any number of ranks.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/data/dataset.h"
#include "mpibert/data/examples.h"
#include "mpibert/data/shards.h"
#include "mpibert/text/tokenizer.h"

typedef enum mpb_corpus_part { MPB_PART_ALL, MPB_PART_TRAIN, MPB_PART_VALIDATION } mpb_corpus_part;

/* Everything that shapes the shards; all pointers are borrowed. */
typedef struct mpb_corpus_options {
    const mpb_strings *paths; /* files or folders of raw text */
    mpb_read_options read;
    const mpb_tokenizer *tokenizer;
    const char *vocab_sha256;
    const char *tokenizer_name; /* the model directory's name, for people */
    const char *task;           /* "classification" */
    const char *program;        /* name and version, e.g. "mpibert 0.1.0" */
    size_t max_seq_length;
    bool shuffle; /* by NumPy's RandomState(shuffle_seed), before max_samples */
    uint32_t shuffle_seed;
    size_t max_samples;   /* 0: all */
    mpb_corpus_part part; /* the rest matters for one part of a split only */
    double train_share;
    double val_share;
    bool stratify;
    uint32_t split_seed;
    size_t documents_per_shard; /* 0: 256; more where that would make over 128 shards */
} mpb_corpus_options;

/* order (a new array of *count indices, owned by the caller) = the selected examples. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_select(const mpb_corpus_options *options,
                                            const mpb_examples *examples, size_t **order,
                                            size_t *count);

/* Appends the options that shape the shards as one line of JSON; paths are not among them. */
MPB_MUST_CHECK mpb_status mpb_corpus_describe(const mpb_corpus_options *options, mpb_buffer *json);

/* SHA-256 over the input files: their contents and, in folders, their names. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_source_hash(const mpb_corpus_options *options,
                                                 char digest[MPB_SHARD_HASH_SIZE]);

/* SHA-256 over input files, vocabulary and all options: equal keys mean equal shards. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_cache_key(const mpb_corpus_options *options,
                                               char key[MPB_SHARD_HASH_SIZE]);

/* Writes shards and, last, the manifest to `directory`, in place of an older set there. Says how
 * many texts were cut. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_corpus_preprocess(const mpb_comm *comm, const mpb_log *log,
                                                const mpb_corpus_options *options,
                                                const char *directory);

/* The shards of these options from cache_root/KEY, preprocessed first where they are missing or
 * damaged; every rank reads all of them. Collective; all ranks return the same status. `dataset`
 * is replaced, and untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_corpus_load(const mpb_comm *comm, const mpb_log *log,
                                          const mpb_corpus_options *options, const char *cache_root,
                                          mpb_dataset *dataset);
