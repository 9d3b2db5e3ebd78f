#include "activation.h"
#include "sublayer_end.h"

static activation activation_of(const mpb_model *model, int layer)
{
    return (activation){.nn = model->nn, .kind = ACTIVATION_GELU, .u = model->work.layers[layer].u};
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
        .part = feed_forward_part(layer),
        .dropout = model->pass.hidden_dropout,
        .xhat = saved->xhat2,
        .rstd = saved->rstd2,
        .adapter = {model->config.bottleneck.kind, tensors->output_adapter, saved->output_adapter},
    };
}

/* U from mid */
static void expand(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;

    linear_forward(model, model->tensors.layers[layer].expand, rows->num_rows, F, H,
                   placed(plain_input(model->work.mid, H), rows), model->work.layers[layer].u);
}

/* hidden (R, H) = gelu(U) W2^T + b2 */
static void contract(mpb_model *model, int layer)
{
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    activation u = activation_of(model, layer);

    linear_forward(model, model->tensors.layers[layer].contract, rows->num_rows, H, F,
                   placed(activated(&u), rows), stored_floats(model->work.hidden, H));
}

void feed_forward_forward(mpb_model *model, int layer)
{
    const sublayer_end end = end_of(model, layer);

    expand(model, layer);
    contract(model, layer);
    sublayer_end_forward(&end, model->work.mid, model->work.hidden);
}

void feed_forward_again(mpb_model *model, int layer)
{
    const sublayer_end end = end_of(model, layer);

    expand(model, layer);
    if (end.adapter.kind != MPB_NO_BOTTLENECK) {
        contract(model, layer);
        sublayer_end_again(&end, model->work.mid, model->work.hidden);
    }
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
    const linear_input d_out = placed(plain_input(dropped, H), rows);
    const sublayer_end end = end_of(model, layer);
    activation u = activation_of(model, layer);
    norm_output y1 = {model, tensors->attention_norm, model->work.layers[layer].xhat1};

    sublayer_end_backward(&end, d, dropped);
    if (sublayer_end_is_lowest(&end)) {
        return;
    }
    linear_backward_weight(model, tensors->contract, R, H, F, d_out, placed(activated(&u), rows));
    linear_backward_through(model, tensors->contract, R, H, F, d_out, activation_backward(&u));
    linear_backward_weight(model, tensors->expand, R, F, H, placed(stored_input(u.u), rows),
                           placed(norm_output_input(&y1), rows));
    if (trains_below(model, feed_forward_part(layer))) {
        linear_backward_input(model, tensors->expand, R, F, H, placed(stored_input(u.u), rows),
                              1.0f, d, H);
    }
}
