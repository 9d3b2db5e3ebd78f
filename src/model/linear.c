#include "model_internal.h"

static mpb_gemm_args product_of(const mpb_model *model, affine tensor, int in)
{
    return (mpb_gemm_args){.alpha = 1.0f, .b = model->weights + tensor.weight, .ldb = in};
}

/* The bias of a linear layer, on its way into the output. */
typedef struct bias_term {
    const mpb_row_kernels *kernels;
    const float *bias;
} bias_term;

static void add_bias(void *context, const mpb_gemm_block *block)
{
    const bias_term *term = context;

    term->kernels->add_bias((size_t)block->rows, block->cols, block->ld, term->bias + block->col,
                            block->values);
}

void linear_forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    linear_input x, float *y, int ldy)
{
    bias_term term = {&model->nn->rows, model->weights + tensor.bias};
    mpb_gemm_args product = product_of(model, tensor, in);

    product.trans_b = MPB_TRANS;
    product.M = (int)rows;
    product.N = out;
    product.K = in;
    product.a = x.rows;
    product.lda = x.ld;
    product.prologue_a = x.made;
    product.c = y;
    product.ldc = ldy;
    product.epilogue = (mpb_gemm_epilogue){add_bias, &term};
    mpb_gemm(&model->gemm, &product);
}

static mpb_gemm_args input_gradient(const mpb_model *model, affine tensor, size_t rows, int out,
                                    int in, const float *dy, int lddy)
{
    mpb_gemm_args product = product_of(model, tensor, in);

    product.M = (int)rows;
    product.N = in;
    product.K = out;
    product.a = dy;
    product.lda = lddy;
    return product;
}

void linear_backward_input(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                           const float *dy, int lddy, float beta, float *dx, int lddx)
{
    mpb_gemm_args product = input_gradient(model, tensor, rows, out, in, dy, lddy);

    product.beta = beta;
    product.c = dx;
    product.ldc = lddx;
    mpb_gemm(&model->gemm, &product);
}

void linear_backward_through(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                             const float *dy, int lddy, mpb_gemm_epilogue take)
{
    mpb_gemm_args product = input_gradient(model, tensor, rows, out, in, dy, lddy);

    product.epilogue = take;
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
                            const float *dy, int lddy, linear_input x)
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
        .b = x.rows,
        .ldb = x.ld,
        .prologue_b = x.made,
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
