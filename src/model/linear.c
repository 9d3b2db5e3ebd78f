#include <assert.h>

#include "low_rank.h"

linear_input plain_input(const float *x, int ld)
{
    return (linear_input){.rows = x, .type = MPB_GEMM_F32, .ld = ld};
}

linear_input stored_input(stored_rows x)
{
    return (linear_input){.rows = x.x, .type = x.type, .ld = x.ld};
}

linear_input placed(linear_input rows, const row_set *of)
{
    rows.of = of;
    return rows;
}

static mpb_gemm_args product_of(const mpb_model *model, affine tensor, int in)
{
    return (mpb_gemm_args){.alpha = 1.0f, .b = model->weights + tensor.weight, .ldb = in};
}

/* What is added to the product of a linear layer, on its way into the output. */
typedef struct output_terms {
    const mpb_model *model;
    const affine *tensor;
} output_terms;

static void add_terms(void *context, const mpb_gemm_block *block)
{
    const output_terms *terms = context;
    const mpb_model *model = terms->model;

    low_rank_add(model, &terms->tensor->low, block);
    model->nn->rows.add_bias((size_t)block->rows, block->cols, block->ld,
                             model->weights + terms->tensor->bias + block->col, block->values);
}

/* y = x W^T + b + beta y */
static void forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    linear_input x, float beta, stored_rows y)
{
    output_terms terms = {model, &tensor};
    mpb_gemm_args product = product_of(model, tensor, in);

    product.trans_b = MPB_TRANS;
    product.M = (int)rows;
    product.N = out;
    product.K = in;
    product.a = x.rows;
    product.type_a = x.type;
    product.lda = x.ld;
    product.prologue_a = x.made;
    product.beta = beta;
    product.c = y.x;
    product.type_c = y.type;
    product.ldc = y.ld;
    product.epilogue = (mpb_gemm_epilogue){add_terms, &terms};
    low_rank_forward(model, &tensor.low, rows, in, x);
    mpb_gemm(&model->gemm, &product);
}

void linear_forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    linear_input x, stored_rows y)
{
    forward(model, tensor, rows, out, in, x, 0.0f, y);
}

void linear_forward_add(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                        linear_input x, float *y)
{
    forward(model, tensor, rows, out, in, x, 1.0f, stored_floats(y, out));
}

static mpb_gemm_args input_gradient(const mpb_model *model, affine tensor, size_t rows, int out,
                                    int in, linear_input dy)
{
    mpb_gemm_args product = product_of(model, tensor, in);

    product.M = (int)rows;
    product.N = in;
    product.K = out;
    product.a = dy.rows;
    product.type_a = dy.type;
    product.lda = dy.ld;
    return product;
}

/* What adapts a linear layer, on its way into the gradient of the input, then `next`. */
typedef struct input_terms {
    const mpb_model *model;
    const low_ranks *low;
    const row_set *of;
    int in;
    mpb_gemm_epilogue next;
} input_terms;

static void add_input_terms(void *context, const mpb_gemm_block *block)
{
    const input_terms *terms = context;

    low_rank_add_input(terms->model, terms->low, terms->of, terms->in, block);
    if (terms->next.finish != NULL) {
        terms->next.finish(terms->next.context, block);
    }
}

/* The product, and what adapts the layer. */
static void run_input_gradient(const mpb_model *model, const affine *tensor, size_t rows, int in,
                               linear_input dy, mpb_gemm_args *product)
{
    input_terms terms = {model, &tensor->low, dy.of, in, product->epilogue};

    if (tensor->low.count > 0) {
        low_rank_backward_input(model, &tensor->low, rows, dy);
        product->epilogue = (mpb_gemm_epilogue){add_input_terms, &terms};
    }
    mpb_gemm(&model->gemm, product);
}

void linear_backward_input(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                           linear_input dy, float beta, float *dx, int lddx)
{
    mpb_gemm_args product = input_gradient(model, tensor, rows, out, in, dy);

    product.beta = beta;
    product.c = dx;
    product.ldc = lddx;
    run_input_gradient(model, &tensor, rows, in, dy, &product);
}

void linear_backward_through(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                             linear_input dy, mpb_gemm_epilogue take)
{
    mpb_gemm_args product = input_gradient(model, tensor, rows, out, in, dy);

    product.epilogue = take;
    run_input_gradient(model, &tensor, rows, in, dy, &product);
}

/* db of one linear layer, spread over column slices. */
typedef struct bias_sum {
    const mpb_model *model;
    size_t rows;
    int cols;
    linear_input dy;
    float *db;
} bias_sum;

/* The same for rows of bf16: db (cols) from columns [first, first + cols). */
static void sum_widened(const bias_sum *sum, int first, int cols, float *db)
{
    const mpb_row_kernels *kernels = &sum->model->nn->rows;
    const mpb_bf16 *dy = sum->dy.rows;
    float row[COLUMN_SLICE];

    for (size_t r = 0; r < sum->rows; r++) {
        kernels->widen((size_t)cols, dy + r * (size_t)sum->dy.ld + first, row);
        kernels->bias_backward(1, cols, cols, row, db);
    }
}

static void sum_bias_slice(void *context, size_t task, int thread)
{
    const bias_sum *sum = context;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = sum->cols - first < COLUMN_SLICE ? sum->cols - first : COLUMN_SLICE;

    (void)thread;
    if (sum->dy.type == MPB_GEMM_BF16) {
        sum_widened(sum, first, cols, sum->db + first);
    } else {
        sum->model->nn->rows.bias_backward(sum->rows, cols, sum->dy.ld,
                                           (const float *)sum->dy.rows + first, sum->db + first);
    }
}

/* dW of a linear layer but for where it goes. */
static mpb_gemm_args weight_gradient(size_t rows, int out, int in, linear_input dy, linear_input x)
{
    return (mpb_gemm_args){
        .trans_a = MPB_TRANS,
        .trans_b = MPB_NO_TRANS,
        .M = out,
        .N = in,
        .K = (int)rows,
        .alpha = 1.0f,
        .a = dy.rows,
        .type_a = dy.type,
        .lda = dy.ld,
        .prologue_a = dy.made,
        .b = x.rows,
        .type_b = x.type,
        .ldb = x.ld,
        .prologue_b = x.made,
        .ldc = in,
    };
}

static void sum_bias(const mpb_model *model, size_t bias, size_t rows, int out, linear_input dy)
{
    bias_sum sum = {
        .model = model, .rows = rows, .cols = out, .dy = dy, .db = gradient_at(model, bias)};

    if (sum.db != NULL) {
        mpb_team_run(model->team, (size_t)(out - 1) / COLUMN_SLICE + 1, sum_bias_slice, &sum);
    }
}

void linear_backward_weight(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                            linear_input dy, linear_input x)
{
    mpb_gemm_args product = weight_gradient(rows, out, in, dy, x);

    product.beta = model->pass.weight_beta;
    product.c = gradient_at(model, tensor.weight);
    if (product.c != NULL) {
        mpb_gemm(&model->gemm, &product);
    }
    low_rank_backward(model, &tensor.low, rows, in, dy, x);
    sum_bias(model, tensor.bias, rows, out, dy);
}

/* Columns of dy (rows, V) in the order of the words that have gradients. */
typedef struct word_columns {
    const uint32_t *words;
    const float *dy;
    size_t V;
} word_columns;

static void pick_columns(void *context, const mpb_gemm_block *block, const void *stored)
{
    const word_columns *from = context;
    const uint32_t *words = from->words + block->col;

    (void)stored;
    for (size_t r = 0; r < (size_t)block->rows; r++) {
        const float *row = from->dy + ((size_t)block->row + r) * from->V;
        float *values = block->values + r * (size_t)block->ld;

        for (size_t c = 0; c < (size_t)block->cols; c++) {
            values[c] = row[words[c]];
        }
    }
}

void linear_backward_words(const mpb_model *model, affine tensor, size_t rows, const float *dy,
                           const float *x)
{
    const int H = model->config.hidden_size;
    const int V = model->config.vocab_size;
    word_columns columns = {.words = model->words.items, .dy = dy, .V = (size_t)V};
    linear_input d = plain_input(dy, V);
    mpb_gemm_args product;

    sum_bias(model, tensor.bias, rows, V, d);
    if (gradient_at(model, tensor.weight) == NULL) {
        return;
    }
    assert(model->words.count == (size_t)V);
    if (model->words.owners > 1) { /* otherwise in the order of the table */
        d.made = (mpb_gemm_prologue){pick_columns, &columns};
    }
    product = weight_gradient(rows, V, H, d, plain_input(x, H));
    product.beta = 1.0f;
    product.c = gradient_at(model, tensor.weight);
    mpb_gemm(&model->gemm, &product);
}
