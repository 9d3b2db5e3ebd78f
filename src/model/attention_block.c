#include <math.h>

#include "sublayer_end.h"

/* Rows that a task should attend from at least, and tasks that a thread should find. */
enum { TASK_ROWS = 128, TASKS_A_THREAD = 8 };

typedef struct attention_job attention_job;

/* Works on one (sequence, head) of the layer. */
typedef void attend_fn(const attention_job *job, size_t number, int thread);

/* Work on one layer, as its tasks see it. */
struct attention_job {
    mpb_model *model;
    const row_set *rows;
    int layer;
    const float *d_context; /* (R, H); backward only */
    attend_fn *attend;
    size_t num_heads; /* of all sequences */
    size_t group;     /* of a task: neighbours, mostly heads of one sequence */
};

/* One (sequence, head), and where it begins. */
typedef struct head_view {
    mpb_attention_task task;
    void *query, *key, *value, *context;
    float *lse;
    size_t at_gradient;
} head_view;

static head_view view_of(const attention_job *job, size_t number, int thread)
{
    const mpb_model *model = job->model;
    const mpb_batch *batch = model->pass.batch;
    const size_t heads = (size_t)model->config.num_attention_heads;
    const size_t sequence = model->work.order[number / heads];
    const size_t head = number % heads;
    const size_t first = batch->offsets[sequence];
    const size_t first_query = job->rows->offsets[sequence];
    const size_t num_queries = job->rows->offsets[sequence + 1] - first_query;
    const layer_saved *saved = &model->work.layers[job->layer];
    const size_t D = (size_t)model->config.hidden_size / heads;
    head_view view;

    view.query = stored_from(saved->query, first_query, head * D).x;
    view.key = stored_from(saved->key, first, head * D).x;
    view.value = stored_from(saved->value, first, head * D).x;
    view.context = stored_from(saved->context, first_query, head * D).x;
    view.at_gradient = first_query * heads * D + head * D;
    view.lse = saved->lse + first_query * heads + head * num_queries;
    view.task = (mpb_attention_task){
        .length = (int)(batch->offsets[sequence + 1] - first),
        .num_queries = (int)num_queries,
        .head_size = (int)D,
        .ld_query = saved->query.ld,
        .ld_key = saved->key.ld,
        .ld_gradient = model->config.hidden_size,
        .type = saved->query.type,
        .positions = job->rows->positions + first_query,
        .scale = 1.0f / sqrtf((float)D),
        .dropout = model->pass.attention_dropout,
        .example = batch->examples[sequence],
        .site = (uint32_t)((size_t)job->layer * heads + head),
        .scratch = model->work.attention + (size_t)thread * model->work.attention_stride,
    };
    return view;
}

static void attend(const attention_job *job, size_t number, int thread)
{
    const head_view view = view_of(job, number, thread);

    job->model->nn->attention.forward(&view.task, view.query, view.key, view.value, view.context,
                                      view.lse);
}

static void attend_backward(const attention_job *job, size_t number, int thread)
{
    const head_view view = view_of(job, number, thread);

    job->model->nn->attention.backward(&view.task, view.query, view.key, view.value, view.context,
                                       view.lse, job->d_context + view.at_gradient, view.query,
                                       view.key, view.value);
}

static sublayer_end end_of(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const layer_saved *saved = &model->work.layers[layer];
    sublayer_end end = {
        .model = model,
        .rows = row_set_of_layer(model, layer),
        .norm = tensors->attention_norm,
        .site = SITE_FIRST_LAYER + SITES_PER_LAYER * (uint32_t)layer,
        .part = attention_part(layer),
        .dropout = model->pass.hidden_dropout,
        .xhat = saved->xhat1,
        .rstd = saved->rstd1,
    };

    if (model->config.bottleneck.kind == MPB_HOULSBY) {
        end.adapter =
            (bottleneck){MPB_HOULSBY, tensors->attention_adapter, saved->attention_adapter};
    }
    if (!mpb_family_of(model->config.family)->drops_attention_output) {
        end.dropout.threshold = 0;
    }
    return end;
}

static void attend_group(void *context, size_t task, int thread)
{
    const attention_job *job = context;
    const size_t first = task * job->group;
    const size_t end = first + job->group;

    for (size_t i = first; i < end && i < job->num_heads; i++) {
        job->attend(job, i, thread);
    }
}

/* Heads of short sequences are too little work for a task each. */
static void attend_all(attention_job *job, attend_fn *function)
{
    const mpb_model *model = job->model;
    const size_t N = model->pass.batch->num_sequences;
    const size_t threads = (size_t)model->team->threads;
    size_t most;

    job->attend = function;
    job->num_heads = N * (size_t)model->config.num_attention_heads;
    job->group = 1 + TASK_ROWS * N / model->work.tokens.num_rows;
    most = 1 + job->num_heads / (TASKS_A_THREAD * threads);
    job->group = job->group < most ? job->group : most;
    mpb_team_run(model->team, (job->num_heads - 1) / job->group + 1, attend_group, job);
}

void attention_block_forward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const row_set *rows = row_set_of_layer(model, layer);
    const int H = model->config.hidden_size;
    const linear_input context = placed(stored_input(model->work.layers[layer].context), rows);
    const sublayer_end end = end_of(model, layer);
    float *residual = projection_forward(model, layer);
    attention_job job = {.model = model, .rows = rows, .layer = layer};

    attend_all(&job, attend);
    linear_forward(model, tensors->attention_output, rows->num_rows, H, H, context,
                   stored_floats(model->work.mid, H));
    sublayer_end_forward(&end, residual, model->work.mid);
}

void attention_block_backward(mpb_model *model, int layer)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];
    const row_set *rows = row_set_of_layer(model, layer);
    const size_t R = rows->num_rows;
    const int H = model->config.hidden_size;
    const linear_input context = placed(stored_input(model->work.layers[layer].context), rows);
    float *dropped = model->work.mid;
    const linear_input d_out = placed(plain_input(dropped, H), rows);
    float *d_context = model->work.hidden;
    const sublayer_end end = end_of(model, layer);
    attention_job job = {.model = model, .rows = rows, .layer = layer, .d_context = d_context};

    sublayer_end_backward(&end, model->work.dhidden, dropped);
    if (sublayer_end_is_lowest(&end)) {
        return;
    }
    linear_backward_weight(model, tensors->attention_output, R, H, H, d_out, context);
    linear_backward_input(model, tensors->attention_output, R, H, H, d_out, 0.0f, d_context, H);
    attend_all(&job, attend_backward);
    projection_backward(model, layer);
}
