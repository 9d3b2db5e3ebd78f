#include "low_rank_input.h"

#include <string.h>

/* The block of `of` that row `row` is in. */
static const row_block *block_of_row(const row_set *of, size_t row)
{
    size_t low = 0;
    size_t high = of->num_blocks;

    while (high - low > 1) {
        const size_t middle = (low + high) / 2;

        if (of->blocks[middle].row <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &of->blocks[low];
}

void low_rank_drop(const mpb_model *model, const low_rank *part, const row_set *of,
                   const mpb_gemm_block *block)
{
    const size_t first = (size_t)block->row;
    const size_t end = first + (size_t)block->rows;
    size_t count;

    for (size_t row = first; row < end; row += count) {
        const row_block *at = block_of_row(of, row);
        const size_t into = row - at->row;

        count = at->rows - into < end - row ? at->rows - into : end - row;
        model->nn->rows.dropout_part(
            count, block->col, block->cols, block->ld, model->pass.low_rank_dropout,
            model->pass.batch->examples[at->sequence], part->site, at->position + (uint32_t)into,
            block->values + (row - first) * (size_t)block->ld);
    }
}

bool low_rank_drops(const mpb_model *model)
{
    return model->pass.low_rank_dropout.threshold != 0;
}

static void make_dropped(void *context, const mpb_gemm_block *block, const void *stored)
{
    const low_rank_input *input = context;
    const linear_input *x = &input->x;
    const stored_rows from = {.x = (void *)stored, .type = x->type, .ld = x->ld};

    if (x->made.make != NULL) {
        x->made.make(x->made.context, block, stored);
    }
    for (int r = 0; r < block->rows && x->made.make == NULL; r++) {
        float *row = block->values + (size_t)r * (size_t)block->ld;
        const float *read = stored_read(input->model->nn, stored_from(from, (size_t)r, 0),
                                        (size_t)block->cols, row);

        if (read != row) {
            memcpy(row, read, (size_t)block->cols * sizeof(*row));
        }
    }
    low_rank_drop(input->model, input->part, x->of, block);
}

mpb_gemm_prologue low_rank_dropped(low_rank_input *input)
{
    return low_rank_drops(input->model) ? (mpb_gemm_prologue){make_dropped, input} : input->x.made;
}
