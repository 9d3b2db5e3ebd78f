#pragma once

/* Turns chosen sequences of a dataset into the model's batch. The memory is made once for the
 * largest batch; filling allocates nothing. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/model/model.h"

typedef struct mpb_batch_buffer {
    mpb_batch batch; /* points into the arrays below */
    uint32_t *tokens;
    size_t *offsets;
    uint32_t *segment_b;
    uint64_t *examples;
    int32_t *labels;
    size_t max_tokens;
    size_t max_sequences;
} mpb_batch_buffer;

MPB_MUST_CHECK mpb_status mpb_batch_buffer_create(size_t max_tokens, size_t max_sequences,
                                                  mpb_batch_buffer *buffer);
/* Bytes that it takes. */
size_t mpb_batch_buffer_bytes(size_t max_tokens, size_t max_sequences);
void mpb_batch_buffer_destroy(mpb_batch_buffer *buffer);

/* buffer->batch = the sequences `indices` of `dataset`; an example's id for dropout is its index.
 * Labels are NULL for unlabelled data. */
void mpb_batch_buffer_fill(mpb_batch_buffer *buffer, const mpb_dataset *dataset,
                           const size_t *indices, size_t count);
