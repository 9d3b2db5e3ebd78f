#include <assert.h>
#include <string.h>

#include "attention_scores.h"
#include "nn_internal.h"

enum { WIDTH = MPB_SMALL_WIDTH };

static query_block block_at(const mpb_attention_task *task, int first)
{
    int left = task->num_queries - first;

    return (query_block){.task = task, .first = first, .rows = left < WIDTH ? left : WIDTH};
}

static size_t query_row(const query_block *block, int row)
{
    return (size_t)(block->first + row) * (size_t)block->task->ld_query;
}

/* scores (length, block) = alpha x y, where x (length, D) is for all keys and y (D, block) */
static void score(const query_block *block, float alpha, const attention_scratch *memory,
                  const float *x, const float *y, float *scores)
{
    MPB_ISA_NAME(mpb_small_gemm)
    (&(mpb_small_gemm_args){
        .M = mpb_round_up(block->task->length, MPB_SMALL_ROWS),
        .N = mpb_round_up(block->rows, MPB_SMALL_LANES),
        .K = block->task->head_size,
        .alpha = alpha,
        .a = x,
        .lda = memory->ld,
        .b = y,
        .ldb = WIDTH,
        .c = scores,
        .ldc = WIDTH,
    });
}

/* The block's rows of y = alpha scores^T x, x (length, D) */
static void mix(const query_block *block, float alpha, const attention_scratch *memory,
                const float *scores, const float *x, float *y)
{
    MPB_ISA_NAME(mpb_small_gemm)
    (&(mpb_small_gemm_args){
        .trans_a = MPB_TRANS,
        .M = block->rows,
        .N = block->task->head_size,
        .K = block->task->length,
        .alpha = alpha,
        .a = scores,
        .lda = WIDTH,
        .b = x,
        .ldb = memory->ld,
        .c = y + query_row(block, 0),
        .ldc = block->task->ld_query,
    });
}

/* A gradient of keys or values (length, D): where it grows, and where it is wanted. */
typedef struct key_gradient {
    float *sums;
    float *y; /* rows ld_key apart */
} key_gradient;

static bool is_only_block(const mpb_attention_task *task)
{
    return task->num_queries <= WIDTH;
}

/* gradient += alpha scores x, x (block, D); the first block sets it. */
static void accumulate(const query_block *block, float alpha, const attention_scratch *memory,
                       const float *scores, const float *x, const key_gradient *gradient)
{
    const mpb_attention_task *task = block->task;
    mpb_small_gemm_args args = {
        .M = mpb_round_up(task->length, MPB_SMALL_ROWS),
        .N = mpb_round_up(task->head_size, MPB_SMALL_LANES),
        .K = block->rows,
        .alpha = alpha,
        .add = block->first > 0,
        .a = scores,
        .lda = WIDTH,
        .b = x,
        .ldb = memory->ld,
        .c = gradient->sums,
        .ldc = memory->ld,
    };

    if (is_only_block(task)) {
        args.M = task->length;
        args.N = task->head_size;
        args.c = gradient->y;
        args.ldc = task->ld_key;
    }
    MPB_ISA_NAME(mpb_small_gemm)(&args);
}

enum { LINE = 16, ROWS_AHEAD = 8 };

/* Rows of a head are too far apart for the processor to guess the next one. */
static void fetch_row(int cols, const float *row)
{
    for (int c = 0; c < cols; c += LINE) {
        __builtin_prefetch(row + c);
    }
}

/* The rows of a block, which will be read soon, in each of `count` arrays. */
static void fetch_block(const mpb_attention_task *task, int first, int count,
                        const float *const *arrays)
{
    const query_block block = block_at(task, first);

    for (int i = 0; i < count; i++) {
        for (int r = 0; r < block.rows; r++) {
            fetch_row(task->head_size, arrays[i] + query_row(&block, r));
        }
    }
}

/* y (rows, cols) = x */
static void copy_rows(int rows, int cols, const float *x, int ldx, float *y, int ldy)
{
    for (int r = 0; r < rows; r++) {
        const float *from = x + (size_t)r * (size_t)ldx;
        float *to = y + (size_t)r * (size_t)ldy;

        if (r + ROWS_AHEAD < rows) {
            fetch_row(cols, from + ROWS_AHEAD * (size_t)ldx);
        }
#pragma omp simd
        for (int c = 0; c < cols; c++) {
            to[c] = from[c];
        }
    }
}

static void keep_keys(const mpb_attention_task *task, const attention_scratch *memory,
                      const float *x, float *kept)
{
    copy_rows(task->length, task->head_size, x, task->ld_key, kept, memory->ld);
}

static void keep_queries(const query_block *block, const attention_scratch *memory, const float *x,
                         float *kept)
{
    copy_rows(block->rows, block->task->head_size, x + query_row(block, 0), block->task->ld_query,
              kept, memory->ld);
}

/* y (D, block) = the transpose of the block's rows of x */
static void transpose_queries(const query_block *block, const float *x, float *y)
{
    MPB_ISA_NAME(mpb_small_transpose)
    (block->rows, block->task->head_size, x + query_row(block, 0), block->task->ld_query, y, WIDTH);
}

/* Rows of the block of y times factor (rows) */
static void scale_rows(const query_block *block, const float *factor, float *y)
{
    for (int r = 0; r < block->rows; r++) {
        float *row = y + query_row(block, r);
        float by = factor[r];

#pragma omp simd
        for (int d = 0; d < block->task->head_size; d++) {
            row[d] *= by;
        }
    }
}

static void check_task(const mpb_attention_task *task)
{
    assert(task->length > 0);
    assert(task->ld_query >= task->head_size && task->ld_key >= task->head_size);
    (void)task;
}

void MPB_ISA_NAME(mpb_attention_forward)(const mpb_attention_task *task, const float *q,
                                         const float *k, const float *v, float *o, float *lse)
{
    attention_scratch memory;
    float factor[WIDTH];

    check_task(task);
    attention_scratch_lay_out(task->length, task->head_size, false, task->scratch, &memory);
    fetch_block(task, 0, 1, &q);
    keep_keys(task, &memory, k, memory.keys);
    keep_keys(task, &memory, v, memory.values);
    for (int first = 0; first < task->num_queries; first += WIDTH) {
        const query_block block = block_at(task, first);

        fetch_block(task, first + WIDTH, 1, &q);
        transpose_queries(&block, q, memory.queries_t);
        score(&block, task->scale, &memory, memory.keys, memory.queries_t, memory.scores);
        MPB_ISA_NAME(mpb_scores_soften)(&block, memory.scores, lse + first, factor);
        mix(&block, 1.0f, &memory, memory.scores, memory.values, o);
        scale_rows(&block, factor, o);
    }
}

/* sum_d a b over one row of D */
static float dot_row(int head_size, const float *a, const float *b)
{
    float sum = 0.0f;

#pragma omp simd reduction(+ : sum)
    for (int d = 0; d < head_size; d++) {
        sum += a[d] * b[d];
    }
    return sum;
}

/* Gradients as backward makes them, block by block. */
typedef struct attention_gradients {
    float *dq;
    key_gradient dk, dv;
} attention_gradients;

static void differentiate_block(const query_block *block, const attention_scratch *memory,
                                const float *q, const float *o, const float *lse, const float *d_o,
                                const attention_gradients *gradients)
{
    const float scale = block->task->scale;
    float delta[WIDTH];

    for (int r = 0; r < block->rows; r++) {
        delta[r] = dot_row(block->task->head_size, d_o + query_row(block, r),
                           o + query_row(block, r)); /* = sum_j p z dp */
    }
    transpose_queries(block, q, memory->queries_t);
    transpose_queries(block, d_o, memory->d_out_t);
    keep_queries(block, memory, q, memory->queries);
    keep_queries(block, memory, d_o, memory->d_out);
    score(block, scale, memory, memory->keys, memory->queries_t, memory->scores);
    score(block, 1.0f, memory, memory->values, memory->d_out_t, memory->d_scores);
    MPB_ISA_NAME(mpb_scores_differentiate)
    (block, lse + block->first, delta, memory->scores, memory->d_scores);
    accumulate(block, 1.0f, memory, memory->scores, memory->d_out, &gradients->dv);
    accumulate(block, scale, memory, memory->d_scores, memory->queries, &gradients->dk);
    mix(block, scale, memory, memory->d_scores, memory->keys, gradients->dq);
}

static void clear_keys(const mpb_attention_task *task, float *y)
{
    for (int i = 0; i < task->length; i++) {
        memset(y + (size_t)i * (size_t)task->ld_key, 0, (size_t)task->head_size * sizeof(*y));
    }
}

static void write_sums(const mpb_attention_task *task, const attention_scratch *memory,
                       const key_gradient *gradient)
{
    copy_rows(task->length, task->head_size, gradient->sums, memory->ld, gradient->y, task->ld_key);
}

/* k and v lie in scratch, so their gradients may take their place; a block's part of q is last read
 * before its part of dq is written. */
void MPB_ISA_NAME(mpb_attention_backward)(const mpb_attention_task *task, const float *q,
                                          const float *k, const float *v, const float *o,
                                          const float *lse, const float *d_o, float *dq, float *dk,
                                          float *dv)
{
    attention_scratch memory;
    attention_gradients gradients = {.dq = dq};
    const float *const of_queries[] = {q, o, d_o};

    check_task(task);
    attention_scratch_lay_out(task->length, task->head_size, true, task->scratch, &memory);
    gradients.dk = (key_gradient){memory.d_keys, dk};
    gradients.dv = (key_gradient){memory.d_values, dv};
    fetch_block(task, 0, 3, of_queries);
    keep_keys(task, &memory, k, memory.keys);
    keep_keys(task, &memory, v, memory.values);
    for (int first = 0; first < task->num_queries; first += WIDTH) {
        const query_block block = block_at(task, first);

        fetch_block(task, first + WIDTH, 3, of_queries);
        differentiate_block(&block, &memory, q, o, lse, d_o, &gradients);
    }
    if (task->num_queries == 0) {
        clear_keys(task, dk);
        clear_keys(task, dv);
    } else if (!is_only_block(task)) {
        write_sums(task, &memory, &gradients.dk);
        write_sums(task, &memory, &gradients.dv);
    }
}
