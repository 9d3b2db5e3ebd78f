#include <assert.h>

#include "head.h"

static size_t length_of(const mpb_batch *batch, size_t sequence)
{
    return batch->offsets[sequence + 1] - batch->offsets[sequence];
}

static size_t num_tokens(const mpb_batch *batch)
{
    return batch->num_sequences == 0 ? 0 : batch->offsets[batch->num_sequences];
}

static void choose_tokens(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = num_tokens(batch);
    rows->offsets[0] = 0;
    for (size_t s = 0; s < batch->num_sequences; s++) {
        rows->offsets[s + 1] = batch->offsets[s + 1];
        for (size_t i = 0; i < length_of(batch, s); i++) {
            rows->positions[rows->offsets[s] + i] = (uint32_t)i;
        }
    }
}

static void fill_types(const mpb_batch *batch, workspace *work)
{
    for (size_t s = 0; s < batch->num_sequences; s++) {
        for (size_t i = 0; i < length_of(batch, s); i++) {
            work->types[batch->offsets[s] + i] = i >= batch->segment_b[s];
        }
    }
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

static void check_rows(const mpb_batch *batch)
{
    for (size_t s = 0; s < batch->num_sequences; s++) {
        for (size_t i = 0; i < head_num_chosen(batch, s); i++) {
            const uint32_t position = head_chosen_at(batch, s, i);

            assert(position < length_of(batch, s));
            assert(i == 0 || position > head_chosen_at(batch, s, i - 1));
            (void)position;
        }
    }
}

static void check_batch(const mpb_model *model, const mpb_batch *batch)
{
    (void)model;
    assert(batch->num_sequences <= model->limits.max_sequences);
    assert(num_tokens(batch) <= model->limits.max_tokens);
    for (size_t s = 0; s < batch->num_sequences; s++) {
        assert(batch->offsets[s] < batch->offsets[s + 1]);
        assert(length_of(batch, s) <= model->limits.max_length);
        assert(length_of(batch, s) <= batch->segment_b[s] || model->config.type_vocab_size != 1);
    }
    for (size_t t = 0; t < num_tokens(batch); t++) {
        assert(batch->tokens[t] < (uint32_t)model->config.vocab_size);
    }
}

void batch_plan_make(mpb_model *model, const mpb_batch *batch)
{
    workspace *work = &model->work;

    model->pass.batch = batch;
    check_batch(model, batch);
    check_rows(batch);
    choose_tokens(batch, &work->tokens);
    row_set_fill_blocks(batch->num_sequences, &work->tokens);
    if (!head_reads_all_rows(model->head)) {
        model->head->choose_rows(batch, &work->outputs);
        row_set_fill_blocks(batch->num_sequences, &work->outputs);
    }
    fill_types(batch, work);
    fill_order(batch, model->limits.max_length, work);
}
