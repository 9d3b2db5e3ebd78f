#include <assert.h>

#include "model_internal.h"

static size_t length_of(const mpb_batch *batch, size_t sequence)
{
    return batch->offsets[sequence + 1] - batch->offsets[sequence];
}

static void fill_positions(const mpb_batch *batch, workspace *work)
{
    for (size_t s = 0; s < batch->num_sequences; s++) {
        const size_t first = batch->offsets[s];
        const size_t length = length_of(batch, s);

        for (size_t i = 0; i < length; i++) {
            work->positions[first + i] = (uint32_t)i;
            work->types[first + i] = i >= batch->segment_b[s];
        }
    }
}

static size_t fill_blocks(const mpb_batch *batch, workspace *work)
{
    size_t count = 0;

    for (size_t s = 0; s < batch->num_sequences; s++) {
        const size_t length = length_of(batch, s);

        for (size_t at = 0; at < length; at += ROW_BLOCK) {
            work->blocks[count++] = (row_block){
                .sequence = s,
                .row = batch->offsets[s] + at,
                .rows = length - at < ROW_BLOCK ? length - at : ROW_BLOCK,
                .position = (uint32_t)at,
            };
        }
    }
    return count;
}

/* Longest first, equal lengths in batch order: a counting sort, which allocates nothing. */
static void fill_order(const mpb_batch *batch, size_t max_length, workspace *work)
{
    size_t *first = work->length_counts;

    for (size_t length = 0; length <= max_length + 1; length++) {
        first[length] = 0;
    }
    for (size_t s = 0; s < batch->num_sequences; s++) {
        first[length_of(batch, s)]++;
    }
    for (size_t length = max_length + 1, before = 0; length-- > 0;) {
        const size_t count = first[length];

        first[length] = before;
        before += count;
    }
    for (size_t s = 0; s < batch->num_sequences; s++) {
        work->order[first[length_of(batch, s)]++] = s;
    }
}

static void check_batch(const mpb_model *model, const mpb_batch *batch)
{
    assert(batch->num_sequences <= model->limits.max_sequences);
    assert(batch->num_sequences == 0 ||
           batch->offsets[batch->num_sequences] <= model->limits.max_tokens);
    for (size_t s = 0; s < batch->num_sequences; s++) {
        assert(batch->offsets[s] < batch->offsets[s + 1]);
        assert(length_of(batch, s) <= model->limits.max_length);
    }
    for (size_t t = 0; t < model->pass.num_tokens; t++) {
        assert(batch->tokens[t] < (uint32_t)model->config.vocab_size);
    }
}

void batch_plan_make(mpb_model *model, const mpb_batch *batch)
{
    model->pass.batch = batch;
    model->pass.num_tokens = batch->num_sequences == 0 ? 0 : batch->offsets[batch->num_sequences];
    check_batch(model, batch);
    fill_positions(batch, &model->work);
    model->pass.num_blocks = fill_blocks(batch, &model->work);
    fill_order(batch, model->limits.max_length, &model->work);
}
