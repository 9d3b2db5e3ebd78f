#include <assert.h>
#include <string.h>

#include "attention_rows.h"
#include "attention_scores.h"
#include "nn_internal.h"

enum { WIDTH = MPB_SMALL_WIDTH };

static query_block block_at(const mpb_attention_task *task, int first)
{
    int left = task->num_queries - first;

    return (query_block){.task = task, .first = first, .rows = left < WIDTH ? left : WIDTH};
}

/* The block's rows, which will be read soon. */
static void fetch_rows(const query_block *block, head_rows rows)
{
    for (int r = 0; r < block->rows; r++) {
        fetch_row(block->task->head_size, rows, block->first + r);
    }
}

static void keep_keys(const mpb_attention_task *task, const attention_scratch *memory,
                      const void *x, float *kept)
{
    read_rows(task->length, task->head_size, (head_rows){x, task->type, task->ld_key},
              (float_rows){kept, memory->ld});
}

/* The block's rows as floats, close together in `kept`. */
static head_rows keep_queries(const query_block *block, const attention_scratch *memory,
                              head_rows rows, float *kept)
{
    read_rows(block->rows, block->task->head_size, rows_from(rows, block->first),
              (float_rows){kept, memory->ld});
    return (head_rows){kept, MPB_GEMM_F32, memory->ld};
}

/* The block's rows as floats: where they lie, or else in `kept`. */
static head_rows floats_of(const query_block *block, const attention_scratch *memory,
                           head_rows rows, float *kept)
{
    return rows.type == MPB_GEMM_F32 ? rows_from(rows, block->first)
                                     : keep_queries(block, memory, rows, kept);
}

/* Where the block's rows of y are computed: where they belong, or else in scratch. */
static float_rows place_of(const query_block *block, const attention_scratch *memory, void *y)
{
    const mpb_attention_task *task = block->task;

    if (task->type == MPB_GEMM_F32) {
        return (float_rows){(float *)y + (size_t)block->first * (size_t)task->ld_query,
                            task->ld_query};
    }
    return (float_rows){memory->out, memory->ld};
}

/* The block's rows of y are computed. */
static void finish_queries(const query_block *block, float_rows made, void *y)
{
    const mpb_attention_task *task = block->task;
    const size_t at = (size_t)block->first * (size_t)task->ld_query;

    if (task->type != MPB_GEMM_F32) {
        write_rows(block->rows, task->head_size, made, task->type,
                   (char *)y + at * mpb_gemm_type_bytes(task->type), task->ld_query);
    }
}

/* y (D, block) = the transpose of the block's rows */
static void transpose_queries(const query_block *block, head_rows of_block, float *y)
{
    MPB_ISA_NAME(mpb_small_transpose)
    (block->rows, block->task->head_size, of_block.x, of_block.ld, y, WIDTH);
}

/* scores (length, block) = alpha x y, where x (length, D) is for all keys and y (D, block) */
static void score(const query_block *block, float alpha, const attention_scratch *memory,
                  const float *x, const float *y, float *scores)
{
    const mpb_small_gemm_args args = {
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
    };

    MPB_ISA_NAME(mpb_small_gemm)(&args);
}

/* The block's rows y = alpha scores^T x, x (length, D) */
static void mix(const query_block *block, float alpha, const attention_scratch *memory,
                const float *scores, const float *x, float_rows y)
{
    const mpb_attention_task *task = block->task;
    const mpb_small_gemm_args args = {
        .trans_a = MPB_TRANS,
        .M = block->rows,
        .N = task->head_size,
        .K = task->length,
        .alpha = alpha,
        .a = scores,
        .lda = WIDTH,
        .b = x,
        .ldb = memory->ld,
        .c = y.x,
        .ldc = y.ld,
    };

    MPB_ISA_NAME(mpb_small_gemm)(&args);
}

/* A gradient of keys or values (length, D): where it grows, and where it is wanted. */
typedef struct key_gradient {
    float *sums;
    void *y; /* rows ld_key apart */
} key_gradient;

/* Whether it can be computed there. */
static bool grows_in_place(const mpb_attention_task *task)
{
    return task->type == MPB_GEMM_F32 && task->num_queries <= WIDTH;
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

    if (grows_in_place(task)) {
        args.M = task->length;
        args.N = task->head_size;
        args.c = gradient->y;
        args.ldc = task->ld_key;
    }
    MPB_ISA_NAME(mpb_small_gemm)(&args);
}

static void check_task(const mpb_attention_task *task)
{
    assert(task->length > 0);
    assert(task->ld_query >= task->head_size && task->ld_key >= task->head_size);
    (void)task;
}

/* The block's rows y times factor (rows) */
static void scale_rows(const query_block *block, const float *factor, float_rows y)
{
    for (int r = 0; r < block->rows; r++) {
        float *row = y.x + (size_t)r * (size_t)y.ld;
        float by = factor[r];

#pragma omp simd
        for (int d = 0; d < block->task->head_size; d++) {
            row[d] *= by;
        }
    }
}

void MPB_ISA_NAME(mpb_attention_forward)(const mpb_attention_task *task, const void *q,
                                         const void *k, const void *v, void *o, float *lse)
{
    const head_rows queries = {q, task->type, task->ld_query};
    query_block block = block_at(task, 0);
    attention_scratch memory;
    float factor[WIDTH];

    check_task(task);
    attention_scratch_lay_out(task->length, task->head_size, false, task->scratch, &memory);
    fetch_rows(&block, queries);
    keep_keys(task, &memory, k, memory.keys);
    keep_keys(task, &memory, v, memory.values);
    for (; block.rows > 0; block = block_at(task, block.first + WIDTH)) {
        const query_block next = block_at(task, block.first + WIDTH);
        const float_rows out = place_of(&block, &memory, o);

        fetch_rows(&next, queries);
        transpose_queries(&block, floats_of(&block, &memory, queries, memory.queries),
                          memory.queries_t);
        score(&block, task->scale, &memory, memory.keys, memory.queries_t, memory.scores);
        MPB_ISA_NAME(mpb_scores_soften)(&block, memory.scores, lse + block.first, factor);
        mix(&block, 1.0f, &memory, memory.scores, memory.values, out);
        scale_rows(&block, factor, out);
        finish_queries(&block, out, o);
    }
}

/* What backward reads and writes. */
typedef struct backward_job {
    attention_scratch memory;
    head_rows q, o, d_o;
    const float *lse;
    void *dq;
    key_gradient dk, dv;
} backward_job;

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

static void fetch_block(const backward_job *job, const query_block *block)
{
    fetch_rows(block, job->q);
    fetch_rows(block, job->o);
    fetch_rows(block, job->d_o);
}

static void differentiate_block(const backward_job *job, const query_block *block)
{
    const attention_scratch *memory = &job->memory;
    const head_rows q = keep_queries(block, memory, job->q, memory->queries);
    const head_rows o = floats_of(block, memory, job->o, memory->out);
    const head_rows d_o = keep_queries(block, memory, job->d_o, memory->d_out);
    const float_rows dq = place_of(block, memory, job->dq);
    const float scale = block->task->scale;
    float delta[WIDTH]; /* sum_j p z dp = do . o */

    for (int r = 0; r < block->rows; r++) {
        delta[r] = dot_row(block->task->head_size, rows_from(d_o, r).x, rows_from(o, r).x);
    }
    transpose_queries(block, q, memory->queries_t);
    transpose_queries(block, d_o, memory->d_out_t);
    score(block, scale, memory, memory->keys, memory->queries_t, memory->scores);
    score(block, 1.0f, memory, memory->values, memory->d_out_t, memory->d_scores);
    MPB_ISA_NAME(mpb_scores_differentiate)
    (block, job->lse + block->first, delta, memory->scores, memory->d_scores);
    accumulate(block, 1.0f, memory, memory->scores, memory->d_out, &job->dv);
    accumulate(block, scale, memory, memory->d_scores, memory->queries, &job->dk);
    mix(block, scale, memory, memory->d_scores, memory->keys, dq);
    finish_queries(block, dq, job->dq);
}

static void finish_keys(const backward_job *job, const mpb_attention_task *task,
                        const key_gradient *gradient)
{
    const int D = task->head_size;
    const size_t bytes = mpb_gemm_type_bytes(task->type);

    for (int i = 0; i < task->length && task->num_queries == 0; i++) {
        memset((char *)gradient->y + (size_t)i * (size_t)task->ld_key * bytes, 0,
               (size_t)D * bytes);
    }
    if (task->num_queries > 0 && !grows_in_place(task)) {
        write_rows(task->length, D, (float_rows){gradient->sums, job->memory.ld}, task->type,
                   gradient->y, task->ld_key);
    }
}

/* k and v lie in scratch, so their gradients may take their place; a block's part of q is last read
 * before its part of dq is written. */
void MPB_ISA_NAME(mpb_attention_backward)(const mpb_attention_task *task, const void *q,
                                          const void *k, const void *v, const void *o,
                                          const float *lse, const float *d_o, void *dq, void *dk,
                                          void *dv)
{
    backward_job job = {.q = {q, task->type, task->ld_query},
                        .o = {o, task->type, task->ld_query},
                        .d_o = {d_o, MPB_GEMM_F32, task->ld_gradient},
                        .lse = lse,
                        .dq = dq};
    query_block block = block_at(task, 0);

    check_task(task);
    attention_scratch_lay_out(task->length, task->head_size, true, task->scratch, &job.memory);
    job.dk = (key_gradient){job.memory.d_keys, dk};
    job.dv = (key_gradient){job.memory.d_values, dv};
    fetch_block(&job, &block);
    keep_keys(task, &job.memory, k, job.memory.keys);
    keep_keys(task, &job.memory, v, job.memory.values);
    for (; block.rows > 0; block = block_at(task, block.first + WIDTH)) {
        const query_block next = block_at(task, block.first + WIDTH);

        fetch_block(&job, &next);
        differentiate_block(&job, &block);
    }
    finish_keys(&job, task, &job.dk);
    finish_keys(&job, task, &job.dv);
}
