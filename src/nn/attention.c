#include <assert.h>
#include <math.h>
#include <string.h>

#include "attention_scratch.h"
#include "mpibert/math/gemm.h"
#include "nn_internal.h"
#include "vector_math.h"
#include "vector_philox.h"

/* `rows` queries from number `first` on, and their scratch (rows, length). */
typedef struct strip {
    const mpb_attention_task *task;
    int first, rows;
} strip;

static int next_rows(const mpb_attention_task *task, int first)
{
    int left = task->num_queries - first;

    return left < ATTENTION_STRIP ? left : ATTENTION_STRIP;
}

static const float *row_of(const float *x, int row, int ld)
{
    return x + (size_t)row * (size_t)ld;
}

/* scores (rows, length) = alpha a b^T, where a (rows, D) is the strip's part of x, rows ld apart */
static void multiply_by_keys(const strip *s, float alpha, const float *x, int ld, const float *b,
                             float *scores)
{
    const mpb_attention_task *task = s->task;

    mpb_gemm_serial(task->gemm, task->thread,
                    &(mpb_gemm_args){.trans_b = MPB_TRANS,
                                     .M = s->rows,
                                     .N = task->length,
                                     .K = task->head_size,
                                     .alpha = alpha,
                                     .a = row_of(x, s->first, ld),
                                     .lda = ld,
                                     .b = b,
                                     .ldb = task->ld_key,
                                     .c = scores,
                                     .ldc = task->length});
}

/* The strip's part of y (rows, D) = alpha scores b */
static void multiply_scores(const strip *s, float alpha, const float *scores, const float *b,
                            float *y)
{
    const mpb_attention_task *task = s->task;

    mpb_gemm_serial(task->gemm, task->thread,
                    &(mpb_gemm_args){.M = s->rows,
                                     .N = task->head_size,
                                     .K = task->length,
                                     .alpha = alpha,
                                     .a = scores,
                                     .lda = task->length,
                                     .b = b,
                                     .ldb = task->ld_key,
                                     .c = y + (size_t)s->first * (size_t)task->ld_query,
                                     .ldc = task->ld_query});
}

/* sum (length, D) += alpha scores^T a, where a (rows, D) is the strip's part of x, rows ld apart */
static void accumulate(const strip *s, float alpha, const float *scores, const float *x, int ld,
                       float *sum)
{
    const mpb_attention_task *task = s->task;

    mpb_gemm_serial(task->gemm, task->thread,
                    &(mpb_gemm_args){.trans_a = MPB_TRANS,
                                     .M = task->length,
                                     .N = task->head_size,
                                     .K = s->rows,
                                     .alpha = alpha,
                                     .beta = 1.0f,
                                     .a = scores,
                                     .lda = task->length,
                                     .b = row_of(x, s->first, ld),
                                     .ldb = ld,
                                     .c = sum,
                                     .ldc = task->head_size});
}

/* Turns scores into exp(scores - max) / sum in place and gives the log-sum-exp. */
static float softmax_row(int length, float *scores)
{
    float top = vector_largest(length, scores);
    float sum = 0.0f;
    float scale;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < length; j++) {
        scores[j] = vector_exp(scores[j] - top);
        sum += scores[j];
    }
    scale = 1.0f / sum;
#pragma omp simd
    for (int j = 0; j < length; j++) {
        scores[j] *= scale;
    }
    return top + logf(sum);
}

static void softmax_strip(const strip *s, float *scores, float *lse)
{
    for (int i = 0; i < s->rows; i++) {
        lse[s->first + i] =
            softmax_row(s->task->length, scores + (size_t)i * (size_t)s->task->length);
    }
}

/* p = exp(scores - lse) */
static void recompute_strip(const strip *s, const float *lse, float *scores)
{
    for (int i = 0; i < s->rows; i++) {
        float *row = scores + (size_t)i * (size_t)s->task->length;
        float shift = lse[s->first + i];

#pragma omp simd
        for (int j = 0; j < s->task->length; j++) {
            row[j] = vector_exp(row[j] - shift);
        }
    }
}

static void drop_strip(const strip *s, float *p)
{
    const mpb_attention_task *task = s->task;

    for (int i = 0; i < s->rows; i++) {
        MPB_ISA_NAME(mpb_rows_dropout)
        (1, task->length, task->dropout, task->example, task->site, task->positions[s->first + i],
         p + (size_t)i * (size_t)task->length);
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
    strip s = {.task = task};
    float *p = task->scratch;

    check_task(task);
    for (; s.first < task->num_queries; s.first += s.rows) {
        s.rows = next_rows(task, s.first);
        multiply_by_keys(&s, task->scale, q, task->ld_query, k, p);
        softmax_strip(&s, p, lse);
        drop_strip(&s, p);
        multiply_scores(&s, 1.0f, p, v, o);
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

/* With z the kept elements' scale or 0: dp becomes ds = p (dp z - delta), p becomes p z. */
static void score_gradient(int count, uint32_t threshold, float scale, const uint16_t *bits,
                           float delta, float *p, float *dp)
{
#pragma omp simd
    for (int j = 0; j < count; j++) {
        float z = bits[j] >= threshold ? scale : 0.0f;

        dp[j] = p[j] * (dp[j] * z - delta);
        p[j] *= z;
    }
}

/* The same for a whole row; delta = sum_j p z dp = do . o. */
static void score_gradient_row(const strip *s, int i, float delta, float *p, float *dp)
{
    const mpb_attention_task *task = s->task;
    mpb_dropout dropout = task->dropout;
    philox_row row =
        philox_row_make(dropout.key, task->example, task->site, task->positions[s->first + i]);
    float scale = dropout_scale(dropout);
    uint16_t bits[PHILOX_ELEMENTS] = {0};

    for (int j = 0; j < task->length; j += PHILOX_ELEMENTS) {
        int left = task->length - j;

        if (dropout.threshold != 0) {
            philox_bits(&row, (uint32_t)j / 8, bits);
        }
        score_gradient(left < PHILOX_ELEMENTS ? left : PHILOX_ELEMENTS, dropout.threshold, scale,
                       bits, delta, p + j, dp + j);
    }
}

static void score_gradient_strip(const strip *s, const float *o, const float *d_o, float *p,
                                 float *dp)
{
    const mpb_attention_task *task = s->task;

    for (int i = 0; i < s->rows; i++) {
        float delta = dot_row(task->head_size, row_of(d_o, s->first + i, task->ld_gradient),
                              row_of(o, s->first + i, task->ld_query));
        size_t at = (size_t)i * (size_t)task->length;

        score_gradient_row(s, i, delta, p + at, dp + at);
    }
}

/* y (length, D) with row distance ld_key = x (length, D) without gaps */
static void spread_rows(const mpb_attention_task *task, const float *x, float *y)
{
    for (int i = 0; i < task->length; i++) {
        const float *from = x + (size_t)i * (size_t)task->head_size;
        float *to = y + (size_t)i * (size_t)task->ld_key;

#pragma omp simd
        for (int d = 0; d < task->head_size; d++) {
            to[d] = from[d];
        }
    }
}

/* dk and dv grow in scratch, since the strips still to come read k and v; a strip's part of q is
 * last read before its part of dq is written. */
void MPB_ISA_NAME(mpb_attention_backward)(const mpb_attention_task *task, const float *q,
                                          const float *k, const float *v, const float *o,
                                          const float *lse, const float *d_o, float *dq, float *dk,
                                          float *dv)
{
    size_t strip_size = (size_t)attention_strip(task->length) * (size_t)task->length;
    float *p = task->scratch;
    float *dp = p + strip_size;
    float *dk_sum = dp + strip_size;
    size_t sum_size = (size_t)task->length * (size_t)task->head_size;
    float *dv_sum = dk_sum + sum_size;
    strip s = {.task = task};

    check_task(task);
    memset(dk_sum, 0, 2 * sum_size * sizeof(*dk_sum));
    for (; s.first < task->num_queries; s.first += s.rows) {
        s.rows = next_rows(task, s.first);
        multiply_by_keys(&s, task->scale, q, task->ld_query, k, p);
        recompute_strip(&s, lse, p);
        multiply_by_keys(&s, 1.0f, d_o, task->ld_gradient, v, dp);
        score_gradient_strip(&s, o, d_o, p, dp);
        accumulate(&s, 1.0f, p, d_o, task->ld_gradient, dv_sum);
        accumulate(&s, task->scale, dp, q, task->ld_query, dk_sum);
        multiply_scores(&s, task->scale, dp, k, dq);
    }
    spread_rows(task, dk_sum, dk);
    spread_rows(task, dv_sum, dv);
}
