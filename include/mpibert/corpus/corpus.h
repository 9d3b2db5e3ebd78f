#pragma once

/* From raw text to shards, by all ranks together, in bounded memory:
 *
 *     inputs -> ranges of records -> scan: count, labels, hash -> selection -> a shard a range
 *
 * An input is cut into ranges by its bytes alone; ranges are dealt to ranks as they become free,
 * once to scan them and once to encode them, and every range becomes one shard. So bytes depend
 * neither on the number of ranks nor on their speed. Documents stand in reading order. A shard is
 * written aside and renamed; a run that was killed goes on with the shards it finds.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/encode/encode_options.h"
#include "mpibert/records/read_options.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/shards.h"

typedef enum mpb_corpus_part { MPB_PART_ALL, MPB_PART_TRAIN, MPB_PART_VALIDATION } mpb_corpus_part;

/* Which examples are taken: of all in reading order, shuffled, the first max_samples, of them one
 * part of the split, and of that the first max_kept. */
typedef struct mpb_corpus_selection {
    bool shuffle; /* by NumPy's RandomState(shuffle_seed), before max_samples */
    uint32_t shuffle_seed;
    size_t max_samples;   /* 0: all */
    size_t max_kept;      /* 0: all */
    mpb_corpus_part part; /* the rest matters for one part of a split only */
    double train_share;
    double val_share;
    bool stratify; /* classification only */
    uint32_t split_seed;
} mpb_corpus_selection;

/* What a corpus tells while it is worked on: rank 0 alone where ranks work together. */
typedef struct mpb_corpus_progress {
    const char *phase; /* "reading" or "tokenizing" */
    uint64_t bytes;    /* of the input, dealt so far */
    uint64_t total_bytes;
    uint64_t texts;  /* encoded so far, estimated from this rank's; 0 while reading */
    uint64_t tokens; /* likewise made */
    double seconds;  /* since the phase began */
} mpb_corpus_progress;

typedef void mpb_corpus_progress_fn(void *context, const mpb_corpus_progress *progress);

/* Everything that shapes the shards; all pointers are borrowed. */
typedef struct mpb_corpus_options {
    const mpb_strings *paths; /* files, folders or patterns of them (glob) of raw text */
    mpb_read_options read;
    mpb_encode_options encode; /* label_names: NULL, the corpus finds them */
    mpb_corpus_selection selection;
    const char *vocab_sha256;
    const char *tokenizer_name; /* the model directory's name, for people */
    const char *program;        /* name and version, e.g. "mpibert 0.1.0" */
    const char *temporary;      /* folder of temporary files; NULL: /tmp */
    uint64_t max_unpacked;      /* bytes of a packed input; 0: as mpb_unpack_file limits them */
    uint64_t range_bytes;       /* of input a shard; 0: by the size of the corpus */
    int compression;            /* deflate level of the shards, 0: none */
    mpb_tokens_home home;       /* for mpb_corpus_load */
    mpb_corpus_progress_fn *progress; /* NULL: nobody is told */
    void *progress_context;
    mpb_strings *made; /* NULL, or where mpb_corpus_load adds the folder of shards that it wrote */
} mpb_corpus_options;

/* Writes shards and, last, the manifest to `directory`, in place of an older set there. Says how
 * many texts were cut and left out. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_corpus_preprocess(const mpb_comm *comm, const mpb_log *log,
                                                const mpb_corpus_options *options,
                                                const char *directory);

/* The shards of these options from cache_root/KEY, preprocessed first where they are missing or
 * damaged; every rank reads all of them. The key is a hash of content, vocabulary and options.
 * Collective; all ranks return the same status. `dataset` is replaced, and untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_corpus_load(const mpb_comm *comm, const mpb_log *log,
                                          const mpb_corpus_options *options, const char *cache_root,
                                          mpb_dataset *dataset);

/* The sequences themselves, in memory; nothing is written. Local. `dataset` (starts as {0}) is
 * untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_corpus_read(const mpb_log *log, const mpb_corpus_options *options,
                                          mpb_dataset *dataset);

/* Likewise for text in memory; `where` names it and options->paths is not read. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_parse(const mpb_log *log, const mpb_corpus_options *options,
                                           const char *content, size_t size, const char *where,
                                           mpb_dataset *dataset);
