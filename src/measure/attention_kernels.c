/* Attention over all sequences and heads, as src/model/attention_block.c calls it: query, key,
 * value and context lie side by side in rows of 4 H. */

#include <math.h>
#include <stdio.h>

#include "kernel_bed.h"

/* The model's own probability, 0.1. */
enum { DROPOUT_THRESHOLD = 6554 };

/* The arrays of `bed->rows`; gradients go to an array of their own, so that a call can be
 * repeated. */
enum { QKVC, D_CONTEXT, D_QKV };

typedef struct head_view {
    mpb_attention_task task;
    size_t at; /* of the head's query in a row array; key, value and context follow H apart */
    float *lse;
} head_view;

static head_view view_of(const kernel_bed *bed, size_t task, int thread)
{
    const mpb_model_config *model = &bed->setup->model;
    const size_t heads = (size_t)model->num_attention_heads;
    const size_t H = (size_t)model->hidden_size;
    const size_t sequence = task / heads;
    const size_t head = task % heads;
    const size_t length = kernel_bed_length(bed, sequence);
    const size_t first = bed->first[sequence];
    const int head_size = model->hidden_size / model->num_attention_heads;

    return (head_view){
        .task = {.length = (int)length,
                 .num_queries = (int)length,
                 .head_size = head_size,
                 .ld_query = (int)(4 * H),
                 .ld_key = (int)(4 * H),
                 .ld_gradient = (int)(4 * H),
                 .positions = bed->positions + first,
                 .scale = 1.0f / sqrtf((float)head_size),
                 .dropout = {.key = mpb_philox_key_make(1, 1), .threshold = DROPOUT_THRESHOLD},
                 .example = sequence,
                 .site = (uint32_t)head,
                 .scratch = bed->scratch + (size_t)thread * bed->scratch_stride},
        .at = first * 4 * H + head * (size_t)head_size,
        .lse = bed->lse + first * heads + head * length,
    };
}

static void attend(void *context, size_t task, int thread)
{
    const kernel_bed *bed = context;
    const size_t H = (size_t)bed->setup->model.hidden_size;
    const head_view view = view_of(bed, task, thread);
    float *q = bed->rows[QKVC] + view.at;

    bed->nn->attention.forward(&view.task, q, q + H, q + 2 * H, q + 3 * H, view.lse);
}

static void attend_backward(void *context, size_t task, int thread)
{
    const kernel_bed *bed = context;
    const size_t H = (size_t)bed->setup->model.hidden_size;
    const head_view view = view_of(bed, task, thread);
    const float *q = bed->rows[QKVC] + view.at;
    float *dq = bed->rows[D_QKV] + view.at;

    bed->nn->attention.backward(&view.task, q, q + H, q + 2 * H, q + 3 * H, view.lse,
                                bed->rows[D_CONTEXT] + view.at, dq, dq + H, dq + 2 * H);
}

static size_t num_heads(const kernel_bed *bed)
{
    return bed->num_sequences * (size_t)bed->setup->model.num_attention_heads;
}

static mpb_status forward(void *context)
{
    const kernel_bed *bed = context;

    mpb_team_run(&bed->setup->team, num_heads(bed), attend, context);
    return MPB_OK;
}

static mpb_status backward(void *context)
{
    const kernel_bed *bed = context;

    mpb_team_run(&bed->setup->team, num_heads(bed), attend_backward, context);
    return MPB_OK;
}

/* 4 s^2 H, see measure/flops.h */
static double forward_flops(const kernel_bed *bed)
{
    double flops = 0.0;

    for (size_t i = 0; i < bed->num_sequences; i++) {
        const double s = (double)kernel_bed_length(bed, i);

        flops += 4.0 * s * s * bed->setup->model.hidden_size;
    }
    return flops;
}

static mpb_status measure_attention(kernel_bed *bed, const char *name, double flops,
                                    mpb_timed_fn *run)
{
    kernel attention = {.limit = MPB_LIMIT_FMA, .work = flops, .timed = {run, bed}};

    snprintf(attention.name, sizeof(attention.name), "attention.%s", name);
    snprintf(attention.shape, sizeof(attention.shape), "%zu seq, %zu tokens, %d heads",
             bed->num_sequences, bed->num_tokens, bed->setup->model.num_attention_heads);
    return kernel_measure(bed, &attention);
}

mpb_status attention_kernels_measure(kernel_bed *bed)
{
    const double flops = forward_flops(bed);

    kernel_bed_refill(bed);
    MPB_TRY(measure_attention(bed, "forward", flops, forward));
    return measure_attention(bed, "backward", 2.0 * flops, backward);
}
