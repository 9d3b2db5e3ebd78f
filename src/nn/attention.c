#include <assert.h>
#include <string.h>

#include "attention_scores.h"
#include "nn_internal.h"

enum { WIDTH = MPB_PANEL_WIDTH };

static query_block block_at(const mpb_attention_task *task, int first)
{
    int left = task->num_queries - first;

    return (query_block){.task = task, .first = first, .rows = left < WIDTH ? left : WIDTH};
}

static size_t query_row(const query_block *block, int row)
{
    return (size_t)(block->first + row) * (size_t)block->task->ld_query;
}

/* scores (keys, block) = alpha X^T Y, X (D, keys) for all keys and Y a panel (D, block) */
static void score(const query_block *block, float alpha, const attention_scratch *memory,
                  const float *x, const float *panel, float *scores)
{
    MPB_ISA_NAME(mpb_panels_multiply)
    (&(mpb_panel_product){
        .trans_a = MPB_TRANS,
        .M = mpb_round_up(block->task->length, MPB_PANEL_ROWS),
        .N = mpb_round_up(block->rows, MPB_PANEL_LANES),
        .K = block->task->head_size,
        .alpha = alpha,
        .a = x,
        .lda = memory->ld_keys,
        .panels = panel,
        .c = scores,
        .ldc = WIDTH,
    });
}

/* The block's rows of y = alpha scores^T X, X panels (keys, D) */
static void mix(const query_block *block, float alpha, const float *scores, const float *panels,
                float *y)
{
    MPB_ISA_NAME(mpb_panels_multiply)
    (&(mpb_panel_product){
        .trans_a = MPB_TRANS,
        .M = block->rows,
        .N = block->task->head_size,
        .K = block->task->length,
        .alpha = alpha,
        .a = scores,
        .lda = WIDTH,
        .panels = panels,
        .c = y + query_row(block, 0),
        .ldc = block->task->ld_query,
    });
}

/* sums (keys, D) += alpha scores X, X panels (block, D); the first block sets them. */
static void accumulate(const query_block *block, float alpha, const float *scores,
                       const float *panels, const attention_scratch *memory, float *sums)
{
    MPB_ISA_NAME(mpb_panels_multiply)
    (&(mpb_panel_product){
        .trans_a = MPB_NO_TRANS,
        .M = mpb_round_up(block->task->length, MPB_PANEL_ROWS),
        .N = mpb_round_up(block->task->head_size, MPB_PANEL_LANES),
        .K = block->rows,
        .alpha = alpha,
        .add = block->first > 0,
        .a = scores,
        .lda = WIDTH,
        .panels = panels,
        .c = sums,
        .ldc = memory->ld_sums,
    });
}

/* panel (D, block) = the transpose of the block's rows of x */
static void pack_transposed(const query_block *block, const float *x, float *panel)
{
    MPB_ISA_NAME(mpb_panels_pack)
    (MPB_TRANS, block->task->head_size, block->rows, x + query_row(block, 0), block->task->ld_query,
     panel);
}

/* panels (block, D) = the block's rows of x */
static void pack_rows(const query_block *block, const float *x, float *panels)
{
    MPB_ISA_NAME(mpb_panels_pack)
    (MPB_NO_TRANS, block->rows, block->task->head_size, x + query_row(block, 0),
     block->task->ld_query, panels);
}

static void pack_keys(const mpb_attention_task *task, const float *x, float *panels)
{
    MPB_ISA_NAME(mpb_panels_pack)
    (MPB_NO_TRANS, task->length, task->head_size, x, task->ld_key, panels);
}

static void transpose_keys(const mpb_attention_task *task, const attention_scratch *memory,
                           const float *x, float *transposed)
{
    MPB_ISA_NAME(mpb_panels_transpose)
    (task->length, task->head_size, x, task->ld_key, transposed, memory->ld_keys);
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
    transpose_keys(task, &memory, k, memory.keys_t);
    pack_keys(task, v, memory.values);
    for (int first = 0; first < task->num_queries; first += WIDTH) {
        const query_block block = block_at(task, first);

        pack_transposed(&block, q, memory.queries_t);
        score(&block, task->scale, &memory, memory.keys_t, memory.queries_t, memory.scores);
        MPB_ISA_NAME(mpb_scores_soften)(&block, memory.scores, lse + first, factor);
        mix(&block, 1.0f, memory.scores, memory.values, o);
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

/* y (length, D) with row distance ld_key = sums */
static void write_sums(const mpb_attention_task *task, const attention_scratch *memory,
                       const float *sums, float *y)
{
    for (int i = 0; i < task->length; i++) {
        const float *from = sums + (size_t)i * (size_t)memory->ld_sums;
        float *to = y + (size_t)i * (size_t)task->ld_key;

#pragma omp simd
        for (int d = 0; d < task->head_size; d++) {
            to[d] = from[d];
        }
    }
}

/* The block's part of dq, and what it adds to the sums of dk and dv. */
static void differentiate_block(const query_block *block, const attention_scratch *memory,
                                const float *q, const float *o, const float *lse, const float *d_o,
                                float *dq)
{
    const float scale = block->task->scale;
    float delta[WIDTH];

    for (int r = 0; r < block->rows; r++) {
        delta[r] = dot_row(block->task->head_size, d_o + query_row(block, r),
                           o + query_row(block, r)); /* = sum_j p z dp */
    }
    pack_transposed(block, q, memory->queries_t);
    pack_transposed(block, d_o, memory->d_out_t);
    pack_rows(block, q, memory->queries);
    pack_rows(block, d_o, memory->d_out);
    score(block, scale, memory, memory->keys_t, memory->queries_t, memory->scores);
    score(block, 1.0f, memory, memory->values_t, memory->d_out_t, memory->d_scores);
    MPB_ISA_NAME(mpb_scores_differentiate)
    (block, lse + block->first, delta, memory->scores, memory->d_scores);
    accumulate(block, 1.0f, memory->scores, memory->d_out, memory, memory->d_values);
    accumulate(block, scale, memory->d_scores, memory->queries, memory, memory->d_keys);
    mix(block, scale, memory->d_scores, memory->keys, dq);
}

/* dk and dv grow in scratch, where k and v lie packed too, so they may take the place of these; a
 * block's part of q is last read before its part of dq is written. */
void MPB_ISA_NAME(mpb_attention_backward)(const mpb_attention_task *task, const float *q,
                                          const float *k, const float *v, const float *o,
                                          const float *lse, const float *d_o, float *dq, float *dk,
                                          float *dv)
{
    attention_scratch memory;

    check_task(task);
    attention_scratch_lay_out(task->length, task->head_size, true, task->scratch, &memory);
    if (task->num_queries == 0) {
        const size_t sums = (size_t)task->length * (size_t)memory.ld_sums;

        memset(memory.d_keys, 0, sums * sizeof(*memory.d_keys));
        memset(memory.d_values, 0, sums * sizeof(*memory.d_values));
    }
    transpose_keys(task, &memory, k, memory.keys_t);
    transpose_keys(task, &memory, v, memory.values_t);
    pack_keys(task, k, memory.keys);
    for (int first = 0; first < task->num_queries; first += WIDTH) {
        const query_block block = block_at(task, first);

        differentiate_block(&block, &memory, q, o, lse, d_o, dq);
    }
    write_sums(task, &memory, memory.d_keys, dk);
    write_sums(task, &memory, memory.d_values, dv);
}
