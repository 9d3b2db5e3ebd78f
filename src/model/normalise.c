#include <string.h>

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

typedef struct end_forward {
    const sublayer_end *end;
    const float *residual;
    float *y;
} end_forward;

static void end_rows_forward(void *context, size_t task, int thread)
{
    const end_forward *job = context;
    const sublayer_end *end = job->end;
    const mpb_model *model = end->model;
    const row_block *block = &end->rows->blocks[task];
    const int H = model->config.hidden_size;
    const size_t at = block->row * (size_t)H;
    float *y = job->y + at;

    (void)thread;
    drop_rows(model, block, end->dropout, end->site, y);
    model->nn->rows.add(block->rows * (size_t)H, job->residual + at, y);
    model->nn->layernorm.forward(block->rows, H, model->config.layer_norm_eps, y,
                                 model->weights + end->norm.weight, model->weights + end->norm.bias,
                                 y, end->xhat + at, end->rstd + block->row);
}

void sublayer_end_forward(const sublayer_end *end, const float *residual, float *y)
{
    end_forward job = {.end = end, .residual = residual, .y = y};

    mpb_team_run(end->model->team, end->rows->num_blocks, end_rows_forward, &job);
}

static void make_norm_output(void *context, const mpb_gemm_block *block, const void *stored)
{
    const norm_output *output = context;
    const mpb_model *model = output->model;
    const float *gamma = model->weights + output->norm.weight + block->col;
    const float *beta = model->weights + output->norm.bias + block->col;
    const float *xhat = stored;

    for (int r = 0; r < block->rows; r++) {
        model->nn->layernorm.rebuild(1, block->cols,
                                     xhat + (size_t)r * (size_t)model->config.hidden_size, gamma,
                                     beta, block->values + (size_t)r * (size_t)block->ld);
    }
}

linear_input norm_output_input(norm_output *output, const float *xhat)
{
    return (linear_input){
        .rows = xhat, .ld = output->model->config.hidden_size, .made = {make_norm_output, output}};
}

/* dgamma and dbeta of one LayerNorm, spread over column slices. */
typedef struct norm_sum {
    const mpb_model *model;
    affine norm;
    size_t rows;
    const float *dy;
    const float *xhat;
} norm_sum;

static void sum_norm_slice(void *context, size_t task, int thread)
{
    const norm_sum *sum = context;
    const mpb_model *model = sum->model;
    const int H = model->config.hidden_size;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = H - first < COLUMN_SLICE ? H - first : COLUMN_SLICE;

    (void)thread;
    model->nn->layernorm.backward_params(sum->rows, cols, H, sum->dy + first, sum->xhat + first,
                                         model->gradients + sum->norm.weight + first,
                                         model->gradients + sum->norm.bias + first);
}

void norm_backward_params(const mpb_model *model, affine norm, size_t rows, const float *dy,
                          const float *xhat)
{
    const size_t H = (size_t)model->config.hidden_size;
    norm_sum sum = {.model = model, .norm = norm, .rows = rows, .dy = dy, .xhat = xhat};

    mpb_team_run(model->team, (H - 1) / COLUMN_SLICE + 1, sum_norm_slice, &sum);
}

typedef struct end_backward {
    const sublayer_end *end;
    float *d;
    float *dropped;
} end_backward;

static void end_rows_backward(void *context, size_t task, int thread)
{
    const end_backward *job = context;
    const sublayer_end *end = job->end;
    const mpb_model *model = end->model;
    const row_block *block = &end->rows->blocks[task];
    const size_t H = (size_t)model->config.hidden_size;
    const size_t at = block->row * H;

    (void)thread;
    model->nn->layernorm.backward(block->rows, (int)H, job->d + at, end->xhat + at,
                                  model->weights + end->norm.weight, end->rstd + block->row,
                                  job->d + at);
    memcpy(job->dropped + at, job->d + at, block->rows * H * sizeof(*job->d));
    drop_rows(model, block, end->dropout, end->site, job->dropped + at);
}

void sublayer_end_backward(const sublayer_end *end, float *d, float *dropped)
{
    end_backward job = {.end = end, .d = d, .dropped = dropped};

    norm_backward_params(end->model, end->norm, end->rows->num_rows, d, end->xhat);
    mpb_team_run(end->model->team, end->rows->num_blocks, end_rows_backward, &job);
}
