#include <math.h>

#include "model_internal.h"

/* Work on one layer, as its tasks see it. */
typedef struct attention_job {
    mpb_model *model;
    int layer;
    const float *d_context; /* (T, 4H), the first H columns; backward only */
} attention_job;

/* One (sequence, head); `at` is where its query starts in qkvc, the other parts follow H apart. */
typedef struct head_view {
    mpb_attention_task task;
    size_t at;
    float *lse;
} head_view;

static head_view view_of(const attention_job *job, size_t task, int thread)
{
    const mpb_model *model = job->model;
    const mpb_batch *batch = model->pass.batch;
    const size_t heads = (size_t)model->config.num_attention_heads;
    const size_t sequence = model->work.order[task / heads];
    const size_t head = task % heads;
    const size_t first = batch->offsets[sequence];
    const size_t length = batch->offsets[sequence + 1] - first;
    const size_t H = (size_t)model->config.hidden_size;
    const size_t D = H / heads;
    head_view view;

    view.at = first * 4 * H + head * D;
    view.lse = model->work.layers[job->layer].lse + first * heads + head * length;
    view.task = (mpb_attention_task){
        .length = (int)length,
        .head_size = (int)D,
        .ld = (int)(4 * H),
        .scale = 1.0f / sqrtf((float)D),
        .dropout = model->pass.attention_dropout,
        .example = batch->examples[sequence],
        .site = (uint32_t)((size_t)job->layer * heads + head),
        .scratch = model->work.attention + (size_t)thread * model->work.attention_stride,
        .gemm = &model->gemm,
        .thread = thread,
    };
    return view;
}

static void attend(void *context, size_t task, int thread)
{
    const attention_job *job = context;
    const size_t H = (size_t)job->model->config.hidden_size;
    const head_view view = view_of(job, task, thread);
    float *q = job->model->work.layers[job->layer].qkvc + view.at;

    job->model->nn->attention.forward(&view.task, q, q + H, q + 2 * H, q + 3 * H, view.lse);
}

static void attend_backward(void *context, size_t task, int thread)
{
    const attention_job *job = context;
    const size_t H = (size_t)job->model->config.hidden_size;
    const head_view view = view_of(job, task, thread);
    float *q = job->model->work.layers[job->layer].qkvc + view.at;

    job->model->nn->attention.backward(&view.task, q, q + H, q + 2 * H, q + 3 * H, view.lse,
                                       job->d_context + view.at, q, q + H, q + 2 * H);
}

/* Rows of qkvc are wider than the bias, so each gets it by itself. */
static void add_qkv_bias(void *context, size_t task, int thread)
{
    const attention_job *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &model->work.blocks[task];
    const int H = model->config.hidden_size;
    const float *bias = model->weights + model->tensors.layers[job->layer].qkv.bias;
    float *row = model->work.layers[job->layer].qkvc + block->row * 4 * (size_t)H;

    (void)thread;
    for (size_t r = 0; r < block->rows; r++) {
        model->nn->rows.add_bias(1, 3 * H, bias, row + r * 4 * (size_t)H);
    }
}

/* DistilBERT drops nothing after its output projection. */
static sublayer_end end_of(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const layer_saved *saved = &model->work.layers[layer];
    sublayer_end end = {
        .model = model,
        .bias = tensors->attention_output.bias,
        .norm = tensors->attention_norm,
        .site = SITE_FIRST_LAYER + SITES_PER_LAYER * (uint32_t)layer,
        .dropout = model->pass.hidden_dropout,
        .xhat = saved->xhat1,
        .rstd = saved->rstd1,
    };

    if (model->config.family == MPB_DISTILBERT) {
        end.dropout.threshold = 0;
    }
    return end;
}

static size_t num_heads_in_batch(const mpb_model *model)
{
    return model->pass.batch->num_sequences * (size_t)model->config.num_attention_heads;
}

void attention_block_forward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const size_t T = model->pass.num_tokens;
    const int H = model->config.hidden_size;
    float *qkvc = model->work.layers[layer].qkvc;
    const sublayer_end end = end_of(model, layer);
    attention_job job = {.model = model, .layer = layer};

    linear_forward(model, tensors->qkv, T, 3 * H, H, model->work.hidden, H, qkvc, 4 * H);
    mpb_team_run(model->team, model->pass.num_blocks, add_qkv_bias, &job);
    mpb_team_run(model->team, num_heads_in_batch(model), attend, &job);
    linear_forward(model, tensors->attention_output, T, H, H, qkvc + 3 * H, 4 * H, model->work.mid,
                   H);
    sublayer_end_forward(&end, model->work.hidden, model->work.mid);
}

void attention_block_backward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const size_t T = model->pass.num_tokens;
    const int H = model->config.hidden_size;
    float *qkvc = model->work.layers[layer].qkvc;
    float *d = model->work.dhidden;
    float *dropped = model->work.mid;
    const sublayer_end end = end_of(model, layer);
    attention_job job = {.model = model, .layer = layer, .d_context = model->work.wide};

    sublayer_end_backward(&end, d, dropped);
    linear_backward_weight(model, tensors->attention_output, T, H, H, dropped, H, qkvc + 3 * H,
                           4 * H);
    linear_backward_input(model, tensors->attention_output, T, H, H, dropped, H, 0.0f,
                          model->work.wide, 4 * H);
    mpb_team_run(model->team, num_heads_in_batch(model), attend_backward, &job);
    rebuild_layer_input(model, layer);
    linear_backward_weight(model, tensors->qkv, T, 3 * H, H, qkvc, 4 * H, model->work.hidden, H);
    linear_backward_input(model, tensors->qkv, T, 3 * H, H, qkvc, 4 * H, 1.0f, d, H);
}
