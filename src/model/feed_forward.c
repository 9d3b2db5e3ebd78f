#include "model_internal.h"

/* U of one layer, (R, F); backward turns it into its gradient. */
typedef struct activation {
    const mpb_nn *nn;
    stored_rows u;
} activation;

enum { PIECE = 256 }; /* elements of a row that are worked on at a time */

static activation activation_of(const mpb_model *model, int layer)
{
    return (activation){.nn = model->nn, .u = model->work.layers[layer].u};
}

/* gelu(U) */
static void activate(void *context, const mpb_gemm_block *block, const void *stored)
{
    const activation *of = context;
    const stored_rows u = stored_from(of->u, (size_t)block->row, (size_t)block->col);
    const size_t cols = (size_t)block->cols;

    (void)stored;
    for (int r = 0; r < block->rows; r++) {
        float *a = block->values + (size_t)r * (size_t)block->ld;

        of->nn->rows.gelu(cols, stored_read(of->nn, stored_from(u, (size_t)r, 0), cols, a), a);
    }
}

/* From the gradient of gelu(U) to that of U, in place of U, for up to PIECE elements. */
static void piece_backward(const mpb_nn *nn, stored_rows u, size_t count, const float *da)
{
    float memory[PIECE];
    const float *read = stored_read(nn, u, count, memory);
    float *du = stored_place(u, memory);

    nn->rows.gelu_backward(count, read, da, du);
    stored_finish(nn, u, count, du);
}

static void activate_backward(void *context, const mpb_gemm_block *block)
{
    const activation *of = context;
    const stored_rows u = stored_from(of->u, (size_t)block->row, (size_t)block->col);
    const size_t cols = (size_t)block->cols;

    for (size_t r = 0; r < (size_t)block->rows; r++) {
        const float *da = block->values + r * (size_t)block->ld;

        for (size_t c = 0; c < cols; c += PIECE) {
            piece_backward(of->nn, stored_from(u, r, c), cols - c < PIECE ? cols - c : PIECE,
                           da + c);
        }
    }
}

static linear_input activated(activation *of)
{
    linear_input input = stored_input(of->u);

    input.made = (mpb_gemm_prologue){activate, of};
    return input;
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
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;

    linear_forward(model, model->tensors.layers[layer].expand, rows->num_rows, F, H,
                   placed(plain_input(model->work.mid, H), rows), model->work.layers[layer].u);
}

void feed_forward_forward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const int F = model->config.intermediate_size;
    const sublayer_end end = end_of(model, layer);
    activation u = activation_of(model, layer);

    feed_forward_expand(model, layer);
    linear_forward(model, tensors->contract, rows->num_rows, H, F, placed(activated(&u), rows),
                   stored_floats(model->work.hidden, H));
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
    const linear_input d_out = placed(plain_input(dropped, H), rows);
    const sublayer_end end = end_of(model, layer);
    activation u = activation_of(model, layer);
    norm_output y1 = {model, tensors->attention_norm, model->work.layers[layer].xhat1};

    sublayer_end_backward(&end, d, dropped);
    linear_backward_weight(model, tensors->contract, R, H, F, d_out, placed(activated(&u), rows));
    linear_backward_through(model, tensors->contract, R, H, F, d_out,
                            (mpb_gemm_epilogue){activate_backward, &u});
    linear_backward_weight(model, tensors->expand, R, F, H, placed(stored_input(u.u), rows),
                           placed(norm_output_input(&y1), rows));
    if (trains_below(model, feed_forward_part(layer))) {
        linear_backward_input(model, tensors->expand, R, F, H, placed(stored_input(u.u), rows),
                              1.0f, d, H);
    }
}
