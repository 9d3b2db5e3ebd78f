#include "mpibert/eval/batch.h"

#include <assert.h>
#include <string.h>

#include "mpibert/core/memory.h"

static mpb_status allocate(size_t count, size_t size, void **block)
{
    return mpb_memory_create(count, size, "a batch of token ids", block);
}

static mpb_status fill_in(mpb_batch_buffer *made)
{
    MPB_TRY(allocate(made->max_tokens, sizeof(*made->tokens), (void **)&made->tokens));
    MPB_TRY(allocate(made->max_sequences + 1, sizeof(*made->offsets), (void **)&made->offsets));
    MPB_TRY(allocate(made->max_sequences, sizeof(*made->segment_b), (void **)&made->segment_b));
    MPB_TRY(allocate(made->max_sequences, sizeof(*made->examples), (void **)&made->examples));
    MPB_TRY(allocate(made->max_tokens, sizeof(*made->rows), (void **)&made->rows));
    MPB_TRY(allocate(made->max_sequences, sizeof(*made->encoded), (void **)&made->encoded));
    return allocate(made->max_sequences + 1, sizeof(*made->row_offsets),
                    (void **)&made->row_offsets);
}

size_t mpb_batch_buffer_bytes(size_t max_tokens, size_t max_sequences)
{
    const mpb_batch_buffer *b = NULL;

    return max_tokens * (sizeof(*b->tokens) + sizeof(*b->rows)) + sizeof(*b->offsets) +
           sizeof(*b->row_offsets) +
           max_sequences * (sizeof(*b->offsets) + sizeof(*b->row_offsets) + sizeof(*b->segment_b) +
                            sizeof(*b->examples) + sizeof(*b->encoded));
}

mpb_status mpb_batch_buffer_create(size_t max_tokens, size_t max_sequences,
                                   mpb_batch_buffer *buffer)
{
    mpb_batch_buffer made = {.max_tokens = max_tokens, .max_sequences = max_sequences};
    mpb_status status = fill_in(&made);

    if (status != MPB_OK) {
        mpb_batch_buffer_destroy(&made);
        return status;
    }
    *buffer = made;
    return MPB_OK;
}

void mpb_batch_buffer_destroy(mpb_batch_buffer *buffer)
{
    mpb_memory_destroy(buffer->tokens);
    mpb_memory_destroy(buffer->offsets);
    mpb_memory_destroy(buffer->segment_b);
    mpb_memory_destroy(buffer->examples);
    mpb_memory_destroy(buffer->rows);
    mpb_memory_destroy(buffer->row_offsets);
    mpb_memory_destroy(buffer->encoded);
    *buffer = (mpb_batch_buffer){0};
}

void mpb_batch_buffer_fill(mpb_batch_buffer *buffer, const mpb_dataset *dataset,
                           const size_t *indices, size_t count, mpb_row_choice choice)
{
    size_t used = 0;
    size_t num_rows = 0;

    assert(count <= buffer->max_sequences);
    buffer->offsets[0] = 0;
    buffer->row_offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t length = mpb_dataset_length(dataset, indices[i]);

        assert(used + length <= buffer->max_tokens);
        memcpy(buffer->tokens + used, mpb_dataset_tokens(dataset, indices[i]),
               length * sizeof(*buffer->tokens));
        if (choice.choose != NULL) {
            num_rows += choice.choose(choice.context, indices[i], buffer->tokens + used,
                                      buffer->rows + num_rows);
        }
        used += length;
        buffer->row_offsets[i + 1] = num_rows;
        buffer->offsets[i + 1] = used;
        buffer->segment_b[i] = mpb_dataset_segment_b(dataset, indices[i]);
        buffer->examples[i] = indices[i];
        buffer->encoded[i] = mpb_sequence_rows_of(&dataset->encoded, indices[i]);
    }
    buffer->batch = (mpb_batch){
        .num_sequences = count,
        .tokens = buffer->tokens,
        .offsets = buffer->offsets,
        .segment_b = buffer->segment_b,
        .examples = buffer->examples,
        .rows = choice.choose != NULL ? buffer->rows : NULL,
        .row_offsets = choice.choose != NULL ? buffer->row_offsets : NULL,
        .encoded = dataset->encoded.values != NULL ? buffer->encoded : NULL,
    };
}
