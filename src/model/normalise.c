#include "model_internal.h"

void drop_rows(const mpb_model *model, const row_block *block, mpb_dropout dropout, uint32_t site,
               float *x)
{
    if (dropout.threshold == 0) {
        return;
    }
    model->nn->rows.dropout(block->rows, model->config.hidden_size, dropout,
                            model->pass.batch->examples[block->sequence], site, block->position, x);
}

void norm_forward(const mpb_model *model, affine norm, size_t rows, float *x, stored_rows xhat,
                  float *rstd)
{
    const mpb_layernorm_kernels *kernels = &model->nn->layernorm;
    const int H = model->config.hidden_size;
    const float eps = model->config.layer_norm_eps;
    const float *gamma = model->weights + norm.weight;
    const float *beta = model->weights + norm.bias;

    if (xhat.type == MPB_GEMM_BF16) {
        kernels->forward_bf16(rows, H, eps, x, gamma, beta, x, xhat.x, rstd);
    } else {
        kernels->forward(rows, H, eps, x, gamma, beta, x, xhat.x, rstd);
    }
}

void norm_rebuild(const mpb_model *model, affine norm, size_t rows, stored_rows xhat, float *y)
{
    const int H = model->config.hidden_size;

    model->nn->layernorm.rebuild(rows, H, stored_read(model->nn, xhat, rows * (size_t)H, y),
                                 model->weights + norm.weight, model->weights + norm.bias, y);
}

void norm_backward(const mpb_model *model, affine norm, size_t rows, stored_rows xhat,
                   const float *rstd, float *d, float *memory)
{
    const int H = model->config.hidden_size;

    model->nn->layernorm.backward(rows, H, d,
                                  stored_read(model->nn, xhat, rows * (size_t)H, memory),
                                  model->weights + norm.weight, rstd, d);
}

static void make_norm_output(void *context, const mpb_gemm_block *block, const void *stored)
{
    const norm_output *output = context;
    const mpb_model *model = output->model;
    const float *gamma = model->weights + output->norm.weight + block->col;
    const float *beta = model->weights + output->norm.bias + block->col;
    const stored_rows xhat = stored_from(output->xhat, (size_t)block->row, (size_t)block->col);

    (void)stored;
    for (int r = 0; r < block->rows; r++) {
        float *y = block->values + (size_t)r * (size_t)block->ld;
        const stored_rows row = stored_from(xhat, (size_t)r, 0);

        model->nn->layernorm.rebuild(
            1, block->cols, stored_read(model->nn, row, (size_t)block->cols, y), gamma, beta, y);
    }
}

linear_input norm_output_input(norm_output *output)
{
    linear_input input = stored_input(output->xhat);

    input.made = (mpb_gemm_prologue){make_norm_output, output};
    return input;
}

/* dgamma and dbeta of one LayerNorm, spread over column slices. */
typedef struct norm_sum {
    const mpb_model *model;
    affine norm;
    size_t rows;
    const float *dy;
    stored_rows xhat;
} norm_sum;

/* Columns [first, first + cols) of `rows` rows from `row` on, whose xhat is given in floats. The
 * kernel gives both sums; one of a frozen tensor is not kept. */
static void sum_norm_rows(const norm_sum *sum, size_t row, size_t rows, int first, int cols,
                          const float *xhat)
{
    const mpb_model *model = sum->model;
    const int H = model->config.hidden_size;
    float unused[COLUMN_SLICE] = {0};
    float *dgamma = gradient_at(model, sum->norm.weight);
    float *dbeta = gradient_at(model, sum->norm.bias);

    model->nn->layernorm.backward_params(rows, cols, H, sum->dy + row * (size_t)H + first, xhat,
                                         dgamma == NULL ? unused : dgamma + first,
                                         dbeta == NULL ? unused : dbeta + first);
}

static void sum_norm_slice(void *context, size_t task, int thread)
{
    const norm_sum *sum = context;
    const int H = sum->model->config.hidden_size;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = H - first < COLUMN_SLICE ? H - first : COLUMN_SLICE;
    const size_t step = sum->xhat.type == MPB_GEMM_F32 ? sum->rows : 1;

    (void)thread;
    for (size_t row = 0; row < sum->rows; row += step) {
        const stored_rows xhat = stored_from(sum->xhat, row, (size_t)first);
        float widened[COLUMN_SLICE];

        sum_norm_rows(sum, row, step, first, cols,
                      stored_read(sum->model->nn, xhat, (size_t)cols, widened));
    }
}

void norm_backward_params(const mpb_model *model, affine norm, size_t rows, const float *dy,
                          stored_rows xhat)
{
    const size_t H = (size_t)model->config.hidden_size;
    norm_sum sum = {.model = model, .norm = norm, .rows = rows, .dy = dy, .xhat = xhat};

    if (gradient_at(model, norm.weight) == NULL && gradient_at(model, norm.bias) == NULL) {
        return;
    }
    mpb_team_run(model->team, (H - 1) / COLUMN_SLICE + 1, sum_norm_slice, &sum);
}
