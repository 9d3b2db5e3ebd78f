#include "model_internal.h"

void linear_forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    const float *x, int ldx, float *y, int ldy)
{
    const mpb_gemm_args product = {
        .trans_a = MPB_NO_TRANS,
        .trans_b = MPB_TRANS,
        .M = (int)rows,
        .N = out,
        .K = in,
        .alpha = 1.0f,
        .beta = 0.0f,
        .a = x,
        .lda = ldx,
        .b = model->weights + tensor.weight,
        .ldb = in,
        .c = y,
        .ldc = ldy,
    };

    mpb_gemm(&model->gemm, &product);
}

void linear_backward_input(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                           const float *dy, int lddy, float beta, float *dx, int lddx)
{
    const mpb_gemm_args product = {
        .trans_a = MPB_NO_TRANS,
        .trans_b = MPB_NO_TRANS,
        .M = (int)rows,
        .N = in,
        .K = out,
        .alpha = 1.0f,
        .beta = beta,
        .a = dy,
        .lda = lddy,
        .b = model->weights + tensor.weight,
        .ldb = in,
        .c = dx,
        .ldc = lddx,
    };

    mpb_gemm(&model->gemm, &product);
}

/* db of one linear layer, spread over column slices. */
typedef struct bias_sum {
    const mpb_model *model;
    size_t rows;
    int cols;
    int ld;
    const float *dy;
    float *db;
} bias_sum;

static void sum_bias_slice(void *context, size_t task, int thread)
{
    const bias_sum *sum = context;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = sum->cols - first < COLUMN_SLICE ? sum->cols - first : COLUMN_SLICE;

    (void)thread;
    sum->model->nn->rows.bias_backward(sum->rows, cols, sum->ld, sum->dy + first, sum->db + first);
}

void linear_backward_weight(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                            const float *dy, int lddy, const float *x, int ldx)
{
    const mpb_gemm_args product = {
        .trans_a = MPB_TRANS,
        .trans_b = MPB_NO_TRANS,
        .M = out,
        .N = in,
        .K = (int)rows,
        .alpha = 1.0f,
        .beta = 1.0f,
        .a = dy,
        .lda = lddy,
        .b = x,
        .ldb = ldx,
        .c = model->gradients + tensor.weight,
        .ldc = in,
    };
    bias_sum sum = {.model = model,
                    .rows = rows,
                    .cols = out,
                    .ld = lddy,
                    .dy = dy,
                    .db = model->gradients + tensor.bias};

    mpb_gemm(&model->gemm, &product);
    mpb_team_run(model->team, (size_t)(out - 1) / COLUMN_SLICE + 1, sum_bias_slice, &sum);
}
