#include "low_rank.h"

#include <assert.h>

#include "low_rank_input.h"

static int rank_of(const mpb_model *model)
{
    return (int)model->config.lora->rank;
}

/* (T, rank) of one part, u or t. */
static float *rows_of_part(const mpb_model *model, int part)
{
    return model->work.low.rows + (size_t)part * model->limits.max_tokens * (size_t)rank_of(model);
}

/* (rank, out): B^T of one part. */
static float *turned_of_part(const mpb_model *model, int part)
{
    return model->work.low.turned +
           (size_t)part * (size_t)rank_of(model) * (size_t)model->work.low.widest;
}

/* u (rows, rank) = drop(x) A^T */
static void go_down(const mpb_model *model, const low_rank *part, size_t rows, int in,
                    linear_input x, float *u)
{
    const int rank = rank_of(model);
    low_rank_input input = {model, part, x};
    const mpb_gemm_args product = {
        .trans_b = MPB_TRANS,
        .M = (int)rows,
        .N = rank,
        .K = in,
        .alpha = 1.0f,
        .a = x.rows,
        .type_a = x.type,
        .lda = x.ld,
        .prologue_a = low_rank_dropped(&input),
        .b = model->weights + part->down,
        .ldb = in,
        .c = u,
        .ldc = rank,
    };

    mpb_gemm(&model->gemm, &product);
}

/* The columns of dy that a part adds to. */
static linear_input columns_of(const low_rank *part, linear_input dy)
{
    assert(dy.made.make == NULL);
    dy.rows = (const char *)dy.rows + (size_t)part->first * mpb_gemm_type_bytes(dy.type);
    return dy;
}

/* t (rows, rank) = s dy B */
static void come_back(const mpb_model *model, const low_rank *part, size_t rows, linear_input dy,
                      float *t)
{
    const int rank = rank_of(model);
    const linear_input columns = columns_of(part, dy);
    const mpb_gemm_args product = {
        .M = (int)rows,
        .N = rank,
        .K = part->out,
        .alpha = mpb_lora_scale(model->config.lora),
        .a = columns.rows,
        .type_a = columns.type,
        .lda = columns.ld,
        .b = model->weights + part->up,
        .ldb = rank,
        .c = t,
        .ldc = rank,
    };

    mpb_gemm(&model->gemm, &product);
}

void low_rank_forward(const mpb_model *model, const low_ranks *low, size_t rows, int in,
                      linear_input x)
{
    for (int p = 0; p < low->count; p++) {
        const low_rank *part = &low->items[p];
        const size_t rank = (size_t)rank_of(model);
        const float *up = model->weights + part->up;
        float *turned = turned_of_part(model, p);

        go_down(model, part, rows, in, x, rows_of_part(model, p));
        for (size_t c = 0; c < (size_t)part->out; c++) {
            for (size_t k = 0; k < rank; k++) {
                turned[k * (size_t)part->out + c] = up[c * rank + k];
            }
        }
    }
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

void low_rank_add(const mpb_model *model, const low_ranks *low, const mpb_gemm_block *block)
{
    for (int p = 0; p < low->count; p++) {
        const low_rank *part = &low->items[p];
        const int rank = rank_of(model);
        const int first = larger(block->col, part->first);
        const int end = smaller(block->col + block->cols, part->first + part->out);

        if (first < end) {
            model->nn->rows.add_low_rank(
                (size_t)block->rows, end - first, rank, mpb_lora_scale(model->config.lora),
                rows_of_part(model, p) + (size_t)block->row * (size_t)rank,
                turned_of_part(model, p) + (first - part->first), part->out, block->ld,
                block->values + (first - block->col));
        }
    }
}

/* dB += s dy^T u */
static void up_gradient(const mpb_model *model, const low_rank *part, size_t rows, linear_input dy,
                        const float *u, float *gradient)
{
    const int rank = rank_of(model);
    const linear_input columns = columns_of(part, dy);
    const mpb_gemm_args product = {
        .trans_a = MPB_TRANS,
        .M = part->out,
        .N = rank,
        .K = (int)rows,
        .alpha = mpb_lora_scale(model->config.lora),
        .beta = model->pass.weight_beta,
        .a = columns.rows,
        .type_a = columns.type,
        .lda = columns.ld,
        .b = u,
        .ldb = rank,
        .c = gradient,
        .ldc = rank,
    };

    mpb_gemm(&model->gemm, &product);
}

/* dA += t^T drop(x) */
static void down_gradient(const mpb_model *model, const low_rank *part, size_t rows, int in,
                          const float *t, linear_input x, float *gradient)
{
    const int rank = rank_of(model);
    low_rank_input input = {model, part, x};
    const mpb_gemm_args product = {
        .trans_a = MPB_TRANS,
        .M = rank,
        .N = in,
        .K = (int)rows,
        .alpha = 1.0f,
        .beta = model->pass.weight_beta,
        .a = t,
        .lda = rank,
        .b = x.rows,
        .type_b = x.type,
        .ldb = x.ld,
        .prologue_b = low_rank_dropped(&input),
        .c = gradient,
        .ldc = in,
    };

    mpb_gemm(&model->gemm, &product);
}

void low_rank_backward(const mpb_model *model, const low_ranks *low, size_t rows, int in,
                       linear_input dy, linear_input x)
{
    for (int p = 0; p < low->count; p++) {
        const low_rank *part = &low->items[p];
        float *scratch = rows_of_part(model, p);

        go_down(model, part, rows, in, x, scratch);
        up_gradient(model, part, rows, dy, scratch, gradient_at(model, part->up));
        come_back(model, part, rows, dy, scratch);
        down_gradient(model, part, rows, in, scratch, x, gradient_at(model, part->down));
    }
}

void low_rank_backward_input(const mpb_model *model, const low_ranks *low, size_t rows,
                             linear_input dy)
{
    for (int p = 0; p < low->count; p++) {
        come_back(model, &low->items[p], rows, dy, rows_of_part(model, p));
    }
}

enum { PIECE = 256, PIECE_ROWS = 4 };

/* Up to PIECE columns and PIECE_ROWS rows of drop(t A). */
static void add_dropped(const mpb_model *model, const low_rank *part, const row_set *of,
                        const float *t, int in, const mpb_gemm_block *piece)
{
    const int rank = rank_of(model);
    float values[PIECE_ROWS * PIECE] = {0};
    mpb_gemm_block made = *piece;

    made.values = values;
    made.ld = PIECE;
    model->nn->rows.add_low_rank((size_t)piece->rows, piece->cols, rank, 1.0f,
                                 t + (size_t)piece->row * (size_t)rank,
                                 model->weights + part->down + piece->col, in, PIECE, values);
    low_rank_drop(model, part, of, &made);
    for (int r = 0; r < piece->rows; r++) {
        model->nn->rows.add((size_t)piece->cols, values + r * PIECE,
                            piece->values + (size_t)r * (size_t)piece->ld);
    }
}

static void add_dropped_block(const mpb_model *model, const low_rank *part, const row_set *of,
                              const float *t, int in, const mpb_gemm_block *block)
{
    for (int r = 0; r < block->rows; r += PIECE_ROWS) {
        for (int c = 0; c < block->cols; c += PIECE) {
            const mpb_gemm_block piece = {
                .row = block->row + r,
                .rows = smaller(PIECE_ROWS, block->rows - r),
                .col = block->col + c,
                .cols = smaller(PIECE, block->cols - c),
                .values = block->values + (size_t)r * (size_t)block->ld + c,
                .ld = block->ld,
            };

            add_dropped(model, part, of, t, in, &piece);
        }
    }
}

void low_rank_add_input(const mpb_model *model, const low_ranks *low, const row_set *of, int in,
                        const mpb_gemm_block *block)
{
    for (int p = 0; p < low->count; p++) {
        const low_rank *part = &low->items[p];
        const float *t = rows_of_part(model, p);
        const int rank = rank_of(model);

        if (low_rank_drops(model)) {
            add_dropped_block(model, part, of, t, in, block);
        } else {
            model->nn->rows.add_low_rank(
                (size_t)block->rows, block->cols, rank, 1.0f, t + (size_t)block->row * (size_t)rank,
                model->weights + part->down + block->col, in, block->ld, block->values);
        }
    }
}
