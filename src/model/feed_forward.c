#include "model_internal.h"

/* U of one layer, (R, F); backward turns it into its gradient. */
typedef struct activation {
    const mpb_row_kernels *kernels;
    float *u;
    int ld;
} activation;

static activation activation_of(const mpb_model *model, int layer)
{
    return (activation){.kernels = &model->nn->rows,
                        .u = model->work.layers[layer].u,
                        .ld = model->config.intermediate_size};
}

/* gelu(U) */
static void activate(void *context, const mpb_gemm_block *block, const void *stored)
{
    const activation *of = context;
    const float *u = stored;

    for (int r = 0; r < block->rows; r++) {
        of->kernels->gelu((size_t)block->cols, u + (size_t)r * (size_t)of->ld,
                          block->values + (size_t)r * (size_t)block->ld);
    }
}

/* From the gradient of gelu(U) to that of U, in place of U. */
static void activate_backward(void *context, const mpb_gemm_block *block)
{
    const activation *of = context;

    for (int r = 0; r < block->rows; r++) {
        float *u = of->u + (size_t)(block->row + r) * (size_t)of->ld + (size_t)block->col;

        of->kernels->gelu_backward((size_t)block->cols, u,
                                   block->values + (size_t)r * (size_t)block->ld, u);
    }
}

static linear_input activated(activation *of)
{
    return (linear_input){.rows = of->u, .ld = of->ld, .made = {activate, of}};
}

static sublayer_end end_of(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const layer_saved *saved = &model->work.layers[layer];

    return (sublayer_end){
        .model = model,
        .rows = row_set_of_layer(model, layer),
        .norm = tensors->output_norm,
        .site = SITE_FIRST_LAYER + SITES_PER_LAYER * (uint32_t)layer + 1,
        .dropout = model->pass.hidden_dropout,
        .xhat = saved->xhat2,
        .rstd = saved->rstd2,
    };
}

void feed_forward_expand(mpb_model *model, int layer)
{
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    const linear_input y1 = {.rows = model->work.mid, .ld = H};

    linear_forward(model, model->tensors.layers[layer].expand,
                   row_set_of_layer(model, layer)->num_rows, F, H, y1, model->work.layers[layer].u,
                   F);
}

void feed_forward_forward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const size_t R = row_set_of_layer(model, layer)->num_rows;
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    const sublayer_end end = end_of(model, layer);
    activation u = activation_of(model, layer);

    feed_forward_expand(model, layer);
    linear_forward(model, tensors->contract, R, H, F, activated(&u), model->work.hidden, H);
    sublayer_end_forward(&end, model->work.mid, model->work.hidden);
}

void feed_forward_backward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const size_t R = row_set_of_layer(model, layer)->num_rows;
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    float *d = model->work.dhidden;
    float *dropped = model->work.mid;
    const sublayer_end end = end_of(model, layer);
    activation u = activation_of(model, layer);
    norm_output y1 = {model, tensors->attention_norm};
    const linear_input input = norm_output_input(&y1, model->work.layers[layer].xhat1);

    sublayer_end_backward(&end, d, dropped);
    linear_backward_weight(model, tensors->contract, R, H, F, dropped, H, activated(&u));
    linear_backward_through(model, tensors->contract, R, H, F, dropped, H,
                            (mpb_gemm_epilogue){activate_backward, &u});
    linear_backward_weight(model, tensors->expand, R, F, H, u.u, F, input);
    linear_backward_input(model, tensors->expand, R, F, H, u.u, F, 1.0f, d, H);
}
