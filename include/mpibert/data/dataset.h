#pragma once

/* Tokenised examples of one split in memory: what the shards hold, end to end, without padding. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_dataset {
    size_t num_sequences;
    uint32_t *tokens;     /* owned, (offsets[num_sequences]): ids with [CLS] and [SEP] */
    uint64_t *offsets;    /* owned, (num_sequences + 1): sequence i is tokens[offsets[i], offsets[i+1]) */
    uint32_t *segment_b;  /* owned, (num_sequences): first position of token type 1, or the length */
    uint64_t *document;   /* owned, (num_sequences): the input example it comes from */
    uint32_t *chunk;      /* owned, (num_sequences): which of its chunks */
    int32_t *labels;      /* owned, (num_sequences); NULL for unlabelled text */
    mpb_strings ids;      /* (num_sequences): the examples' own ids */
    mpb_strings label_names;
} mpb_dataset;

void mpb_dataset_clear(mpb_dataset *dataset);

/* `subset` (starts as {0}) = the sequences of `dataset` named by indices, in that order. */
MPB_MUST_CHECK mpb_status mpb_dataset_select(const mpb_dataset *dataset, const size_t *indices,
                                             size_t count, mpb_dataset *subset);
