#include <string.h>

#include "model_internal.h"

/* Part of the projection to query, key and value: y (rows, out). */
typedef struct projection {
    const mpb_model *model;
    int layer;
    const row_set *rows;
    affine tensor;
    int out;
    stored_rows y;
} projection;

/* All three at once. */
static projection whole_projection(const mpb_model *model, int layer)
{
    const layer_saved *saved = &model->work.layers[layer];

    return (projection){.model = model,
                        .layer = layer,
                        .rows = &model->work.tokens,
                        .tensor = model->tensors.layers[layer].qkv,
                        .out = 3 * model->config.hidden_size,
                        .y = saved->query};
}

/* Those that adapt columns [first, end), which are counted from there. */
static low_ranks low_ranks_of(const low_ranks *all, int first, int end)
{
    low_ranks found = {0};

    for (int i = 0; i < all->count; i++) {
        if (all->items[i].first >= first && all->items[i].first < end) {
            found.items[found.count] = all->items[i];
            found.items[found.count++].first -= first;
        }
    }
    return found;
}

static projection query_projection(const mpb_model *model, int layer)
{
    projection part = whole_projection(model, layer);

    part.rows = row_set_of_layer(model, layer);
    part.out = model->config.hidden_size;
    part.tensor.low = low_ranks_of(&part.tensor.low, 0, part.out);
    return part;
}

static projection key_value_projection(const mpb_model *model, int layer)
{
    const size_t H = (size_t)model->config.hidden_size;
    projection part = whole_projection(model, layer);

    part.tensor.weight += H * H;
    part.tensor.bias += H;
    part.tensor.low = low_ranks_of(&part.tensor.low, (int)H, (int)(3 * H));
    part.out = (int)(2 * H);
    part.y = model->work.layers[layer].key;
    return part;
}

static linear_input plain(const mpb_model *model, const float *x)
{
    return plain_input(x, model->config.hidden_size);
}

static void part_forward(projection part, const float *x)
{
    const int H = part.model->config.hidden_size;

    linear_forward(part.model, part.tensor, part.rows->num_rows, part.out, H,
                   placed(plain(part.model, x), part.rows), part.y);
}

/* y holds its gradient: dx = dy W + beta dx, where something below is trained. */
static void part_backward(projection part, linear_input x, float beta, float *dx)
{
    const int H = part.model->config.hidden_size;
    const size_t rows = part.rows->num_rows;
    const linear_input dy = placed(stored_input(part.y), part.rows);

    linear_backward_weight(part.model, part.tensor, rows, part.out, H, dy, placed(x, part.rows));
    if (trains_below(part.model, attention_part(part.layer))) {
        linear_backward_input(part.model, part.tensor, rows, part.out, H, dy, beta, dx, H);
    }
}

float *projection_forward(mpb_model *model, int layer)
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

/* A layer's input is a LayerNorm's output; only the first one's was dropped out after it. */
static void whole_backward(mpb_model *model, int layer)
{
    const projection whole = whole_projection(model, layer);
    norm_output input = {.model = model};

    if (layer == 0) {
        rebuild_layer_input(model, layer);
        part_backward(whole, plain(model, model->work.hidden), 1.0f, model->work.dhidden);
        return;
    }
    input.norm = model->tensors.layers[layer - 1].output_norm;
    input.xhat = model->work.layers[layer - 1].xhat2;
    part_backward(whole, norm_output_input(&input), 1.0f, model->work.dhidden);
}

void projection_backward(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    const size_t H = (size_t)model->config.hidden_size;
    workspace *work = &model->work;

    if (rows == &work->tokens) {
        whole_backward(model, layer);
        return;
    }
    rebuild_layer_input(model, layer);
    row_set_gather(model, rows, work->hidden, work->picked);
    part_backward(query_projection(model, layer), plain(model, work->picked), 1.0f, work->dhidden);
    memcpy(work->picked, work->dhidden, rows->num_rows * H * sizeof(float));
    part_backward(key_value_projection(model, layer), plain(model, work->hidden), 0.0f,
                  work->dhidden);
    row_set_add(model, rows, work->picked, work->dhidden);
}
