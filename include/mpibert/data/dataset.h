#pragma once

/* Tokenised examples of one split in memory: what the shards hold, end to end, without padding. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_dataset {
    size_t num_sequences;
    uint32_t *tokens; /* owned, (offsets[num_sequences]): ids with [CLS] and [SEP] */
    /* owned, (num_sequences + 1): sequence i is tokens[offsets[i], offsets[i + 1]) */
    uint64_t *offsets;
    uint32_t *segment_b; /* owned, (num_sequences): first position of token type 1, or the length */
    uint64_t *document;  /* owned, (num_sequences): the input example it comes from */
    uint32_t *chunk;     /* owned, (num_sequences): which of its chunks */
    int32_t *labels;     /* owned, (num_sequences); NULL for unlabelled text */
    mpb_strings ids;     /* (num_sequences): the examples' own ids */
    mpb_strings label_names;  /* in label order */
    size_t sequence_capacity; /* room of the arrays by sequence, for growing */
    size_t token_capacity;
} mpb_dataset;

void mpb_dataset_clear(mpb_dataset *dataset);

/* `subset` (starts as {0}) = the sequences of `dataset` named by indices, in that order. */
MPB_MUST_CHECK mpb_status mpb_dataset_select(const mpb_dataset *dataset, const size_t *indices,
                                             size_t count, mpb_dataset *subset);

/* For training a classifier: MPB_ERR_DATA unless two classes at least have examples. `where` names
 * the data. */
MPB_MUST_CHECK mpb_status mpb_dataset_check_classes(const mpb_dataset *dataset, const char *where);

/* One sequence to add; everything is borrowed. */
typedef struct mpb_sequence {
    const uint32_t *tokens;
    size_t count;
    uint32_t segment_b;
    uint64_t document;
    uint32_t chunk;
    int32_t label;
    const char *id;
} mpb_sequence;

/* Adds a sequence. `labelled` is the same for all sequences of a dataset (starts as {0});
 * without it `labels` stays NULL. On failure the dataset holds what it held. */
MPB_MUST_CHECK mpb_status mpb_dataset_add(mpb_dataset *dataset, const mpb_sequence *sequence,
                                          bool labelled);
