#include "model_internal.h"

/* Work on one layer, as its tasks see it. */
typedef struct feed_forward_job {
    mpb_model *model;
    const row_set *rows;
    int layer;
} feed_forward_job;

/* U += b1, wide = gelu(U) */
static void activate_rows(void *context, size_t task, int thread)
{
    const feed_forward_job *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &job->rows->blocks[task];
    const int F = model->config.intermediate_size;
    const size_t at = block->row * (size_t)F;
    float *u = model->work.layers[job->layer].u + at;

    (void)thread;
    model->nn->rows.add_bias(block->rows, F,
                             model->weights + model->tensors.layers[job->layer].expand.bias, u);
    model->nn->rows.gelu(block->rows * (size_t)F, u, model->work.wide + at);
}

/* wide = gelu(U) and hidden = y1 again. */
static void rebuild_rows(void *context, size_t task, int thread)
{
    const feed_forward_job *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &job->rows->blocks[task];
    const layer_saved *saved = &model->work.layers[job->layer];
    const affine norm = model->tensors.layers[job->layer].attention_norm;
    const size_t H = (size_t)model->config.hidden_size;
    const size_t F = (size_t)model->config.intermediate_size;

    (void)thread;
    model->nn->rows.gelu(block->rows * F, saved->u + block->row * F,
                         model->work.wide + block->row * F);
    model->nn->layernorm.rebuild(block->rows, (int)H, saved->xhat1 + block->row * H,
                                 model->weights + norm.weight, model->weights + norm.bias,
                                 model->work.hidden + block->row * H);
}

/* wide: gradient of gelu(U) to that of U */
static void activate_rows_backward(void *context, size_t task, int thread)
{
    const feed_forward_job *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &job->rows->blocks[task];
    const size_t F = (size_t)model->config.intermediate_size;
    const size_t at = block->row * F;

    (void)thread;
    model->nn->rows.gelu_backward(block->rows * F, model->work.layers[job->layer].u + at,
                                  model->work.wide + at);
}

static sublayer_end end_of(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const layer_saved *saved = &model->work.layers[layer];

    return (sublayer_end){
        .model = model,
        .rows = row_set_of_layer(model, layer),
        .bias = tensors->contract.bias,
        .norm = tensors->output_norm,
        .site = SITE_FIRST_LAYER + SITES_PER_LAYER * (uint32_t)layer + 1,
        .dropout = model->pass.hidden_dropout,
        .xhat = saved->xhat2,
        .rstd = saved->rstd2,
    };
}

void feed_forward_expand(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    feed_forward_job job = {.model = model, .rows = rows, .layer = layer};

    linear_forward(model, model->tensors.layers[layer].expand, rows->num_rows, F, H,
                   model->work.mid, H, model->work.layers[layer].u, F);
    mpb_team_run(model->team, rows->num_blocks, activate_rows, &job);
}

void feed_forward_forward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const row_set *rows = row_set_of_layer(model, layer);
    const size_t R = rows->num_rows;
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    const sublayer_end end = end_of(model, layer);

    feed_forward_expand(model, layer);
    linear_forward(model, tensors->contract, R, H, F, model->work.wide, F, model->work.hidden, H);
    sublayer_end_forward(&end, model->work.mid, model->work.hidden);
}

void feed_forward_backward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const row_set *rows = row_set_of_layer(model, layer);
    const size_t R = rows->num_rows;
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    float *d = model->work.dhidden;
    float *dropped = model->work.mid;
    float *wide = model->work.wide;
    const sublayer_end end = end_of(model, layer);
    feed_forward_job job = {.model = model, .rows = rows, .layer = layer};

    sublayer_end_backward(&end, d, dropped);
    mpb_team_run(model->team, rows->num_blocks, rebuild_rows, &job);
    linear_backward_weight(model, tensors->contract, R, H, F, dropped, H, wide, F);
    linear_backward_input(model, tensors->contract, R, H, F, dropped, H, 0.0f, wide, F);
    mpb_team_run(model->team, rows->num_blocks, activate_rows_backward, &job);
    linear_backward_weight(model, tensors->expand, R, F, H, wide, F, model->work.hidden, H);
    linear_backward_input(model, tensors->expand, R, F, H, wide, F, 1.0f, d, H);
}
