#include <string.h>

#include "model_internal.h"

/* Part of the projection to query, key and value: y (rows, out), rows ld apart. */
typedef struct projection {
    const mpb_model *model;
    const row_set *rows;
    affine tensor;
    int out;
    float *y;
    int ld;
} projection;

/* All three at once. */
static projection whole_projection(const mpb_model *model, int layer)
{
    const layer_saved *saved = &model->work.layers[layer];

    return (projection){.model = model,
                        .rows = &model->work.tokens,
                        .tensor = model->tensors.layers[layer].qkv,
                        .out = 3 * model->config.hidden_size,
                        .y = saved->query,
                        .ld = saved->ld_query};
}

static projection query_projection(const mpb_model *model, int layer)
{
    projection part = whole_projection(model, layer);

    part.rows = row_set_of_layer(model, layer);
    part.out = model->config.hidden_size;
    return part;
}

static projection key_value_projection(const mpb_model *model, int layer)
{
    const size_t H = (size_t)model->config.hidden_size;
    projection part = whole_projection(model, layer);

    part.tensor.weight += H * H;
    part.tensor.bias += H;
    part.out = (int)(2 * H);
    part.y = model->work.layers[layer].key;
    part.ld = model->work.layers[layer].ld_key;
    return part;
}

/* Rows of y are wider than the bias, so each gets it by itself. */
static void add_projection_bias(void *context, size_t task, int thread)
{
    const projection *part = context;
    const row_block *block = &part->rows->blocks[task];

    (void)thread;
    for (size_t r = 0; r < block->rows; r++) {
        part->model->nn->rows.add_bias(1, part->out, part->model->weights + part->tensor.bias,
                                       part->y + (block->row + r) * (size_t)part->ld);
    }
}

static void part_forward(projection part, const float *x)
{
    const int H = part.model->config.hidden_size;

    linear_forward(part.model, part.tensor, part.rows->num_rows, part.out, H, x, H, part.y,
                   part.ld);
    mpb_team_run(part.model->team, part.rows->num_blocks, add_projection_bias, &part);
}

/* y holds its gradient: dx = dy W + beta dx */
static void part_backward(projection part, const float *x, float beta, float *dx)
{
    const int H = part.model->config.hidden_size;
    const size_t rows = part.rows->num_rows;

    linear_backward_weight(part.model, part.tensor, rows, part.out, H, part.y, part.ld, x, H);
    linear_backward_input(part.model, part.tensor, rows, part.out, H, part.y, part.ld, beta, dx, H);
}

const float *projection_forward(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    workspace *work = &model->work;

    if (rows == &work->tokens) {
        part_forward(whole_projection(model, layer), work->hidden);
        return work->hidden;
    }
    row_set_gather(model, rows, work->hidden, work->picked);
    part_forward(query_projection(model, layer), work->picked);
    part_forward(key_value_projection(model, layer), work->hidden);
    return work->picked;
}

void projection_backward(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    const size_t H = (size_t)model->config.hidden_size;
    workspace *work = &model->work;

    rebuild_layer_input(model, layer);
    if (rows == &work->tokens) {
        part_backward(whole_projection(model, layer), work->hidden, 1.0f, work->dhidden);
        return;
    }
    row_set_gather(model, rows, work->hidden, work->picked);
    part_backward(query_projection(model, layer), work->picked, 1.0f, work->dhidden);
    memcpy(work->picked, work->dhidden, rows->num_rows * H * sizeof(float));
    part_backward(key_value_projection(model, layer), work->hidden, 0.0f, work->dhidden);
    row_set_add(model, rows, work->picked, work->dhidden);
}
