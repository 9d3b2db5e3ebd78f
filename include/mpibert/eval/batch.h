#pragma once

/* Turns chosen sequences of a dataset into the model's batch. The memory is made once for the
 * largest batch; filling allocates nothing. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"

typedef struct mpb_batch_buffer {
    mpb_batch batch; /* points into the arrays below */
    uint32_t *tokens;
    size_t *offsets;
    uint32_t *segment_b;
    uint64_t *examples;
    uint32_t *rows;
    size_t *row_offsets;
    const float **encoded;
    size_t max_tokens;
    size_t max_sequences;
} mpb_batch_buffer;

MPB_MUST_CHECK mpb_status mpb_batch_buffer_create(size_t max_tokens, size_t max_sequences,
                                                  mpb_batch_buffer *buffer);
/* Bytes that it takes. */
size_t mpb_batch_buffer_bytes(size_t max_tokens, size_t max_sequences);
void mpb_batch_buffer_destroy(mpb_batch_buffer *buffer);

/* Which rows a head of chosen rows reads. */
typedef struct mpb_row_choice {
    /* Positions of sequence i that are read, ascending, into rows (its length). May change its
     * tokens (its length), a copy of the dataset's. Returns how many rows. Pure. NULL: all are. */
    size_t (*choose)(const void *context, size_t i, uint32_t *tokens, uint32_t *rows);
    const void *context; /* borrowed */
} mpb_row_choice;

/* buffer->batch = the sequences `indices` of `dataset`, whose tokens are in use; an example's id is its
 * index. What is kept of a frozen encoder comes along. */
void mpb_batch_buffer_fill(mpb_batch_buffer *buffer, const mpb_dataset *dataset,
                           const size_t *indices, size_t count, mpb_row_choice choice);
