#include "head.h"

#include <assert.h>

int head_num_labels(const mpb_model_config *config)
{
    return config->num_labels;
}

int head_num_words(const mpb_model_config *config)
{
    return config->vocab_size;
}

double head_linear_flops(double rows, double out, double in)
{
    return 2.0 * rows * out * in;
}

bool head_offer(mpb_model *model, size_t first_row, size_t num_rows, float *outputs)
{
    pass *now = &model->pass;
    const bool graded = now->take(now->take_context, first_row, num_rows, outputs);

    assert(!graded || model->limits.training);
    assert(first_row == 0 || graded == now->graded);
    now->graded = graded;
    return graded;
}

size_t head_num_chosen(const mpb_batch *batch, size_t s)
{
    const size_t *offsets = batch->row_offsets != NULL ? batch->row_offsets : batch->offsets;

    return offsets[s + 1] - offsets[s];
}

uint32_t head_chosen_at(const mpb_batch *batch, size_t s, size_t i)
{
    return batch->rows != NULL ? batch->rows[batch->row_offsets[s] + i] : (uint32_t)i;
}
