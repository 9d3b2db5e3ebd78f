#include "mpibert/model/model.h"

#include <assert.h>
#include <math.h>

#include "head.h"
#include "mpibert/math/team_memory.h"

/* Purposes of the random streams: "drop" and "attn" in the high 32 bits, to which the micro-step is
 * added. The two never meet: they lie 2^57 apart, and no run has as many micro-steps. */
static const uint64_t ROW_DROPOUT = (uint64_t)0x64726F70 << 32;
static const uint64_t ATTENTION_DROPOUT = (uint64_t)0x6174746E << 32;

static mpb_dropout dropout_of(float probability, const mpb_dropout_draw *draw, uint64_t purpose)
{
    mpb_dropout dropout = {0};

    if (draw == NULL) {
        return dropout;
    }
    dropout.key = mpb_philox_key_make(draw->seed, purpose + draw->step);
    dropout.threshold = (uint32_t)lrintf(probability * 65536.0f);
    if (dropout.threshold > 65535) {
        dropout.threshold = 65535;
    }
    return dropout;
}

static void draw_dropout(mpb_model *model, const mpb_dropout_draw *draw)
{
    const mpb_model_config *config = &model->config;
    pass *now = &model->pass;

    now->hidden_dropout = dropout_of(config->hidden_dropout, draw, ROW_DROPOUT);
    now->attention_dropout = dropout_of(config->attention_dropout, draw, ATTENTION_DROPOUT);
    now->head_dropout = dropout_of(
        model->head->dropout == NULL ? 0.0f : model->head->dropout(config), draw, ROW_DROPOUT);
}

/* Of layers and head, those with this number of dimensions. */
static void zero_tensors(mpb_model *model, int num_dims)
{
    for (size_t i = 0; i < model->parameters.count; i++) {
        const mpb_parameter *p = &model->parameters.items[i];

        if (p->offset >= model->tensors.layers[0].qkv.weight && p->num_dims == num_dims) {
            mpb_team_zero(model->team, model->gradients + p->offset, p->count * sizeof(float));
        }
    }
}

/* The first backward replaces matrices instead of reading zeros to add to. */
void mpb_model_zero_gradients(mpb_model *model)
{
    const size_t first = mpb_model_gradients_begin(model);

    assert(model->gradients != NULL);
    mpb_team_zero(model->team, model->gradients + first,
                  (model->tensors.layers[0].qkv.weight - first) * sizeof(float));
    zero_tensors(model, 1);
    model->summed = false;
}

static void await_weights(const mpb_model *model, size_t offset)
{
    if (model->needed != NULL) {
        model->needed(model->needed_context, offset);
    }
}

void mpb_model_forward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                       mpb_take_outputs_fn *take, void *context)
{
    const int last = model->config.num_hidden_layers - 1;

    batch_plan_make(model, batch);
    draw_dropout(model, dropout);
    if (batch->num_sequences == 0) {
        return;
    }
    await_weights(model, model->tensors.layers[0].qkv.weight);
    embeddings_forward(model);
    for (int layer = 0; layer <= last; layer++) {
        await_weights(model, layer < last ? model->tensors.layers[layer + 1].qkv.weight
                                          : model->tensors.head.begin);
        attention_block_forward(model, layer);
        feed_forward_forward(model, layer);
    }
    await_weights(model, model->parameters.size);
    model->pass.take = take;
    model->pass.take_context = context;
    model->pass.graded = true; /* unless somebody gets rows and says no */
    model->head->forward(model);
}

/* The forward of a checkpointed layer once more, up to what its backward reads. */
static void compute_again(mpb_model *model, int layer)
{
    rebuild_layer_input(model, layer);
    attention_block_forward(model, layer);
    feed_forward_expand(model, layer);
}

/* Who is told that gradients are final. */
typedef struct listener {
    mpb_gradient_ready_fn *ready; /* NULL: nobody */
    void *context;
} listener;

static void report_ready(const listener *told, size_t offset)
{
    if (told->ready != NULL) {
        told->ready(told->context, offset);
    }
}

/* Reports twice, for an empty batch too: what is final early is summed over ranks early. */
static void layer_backward(mpb_model *model, int layer, bool empty, const listener *told)
{
    const layer_tensors *tensors = &model->tensors.layers[layer];

    if (!empty && layer < model->limits.checkpointed_layers) {
        compute_again(model, layer);
    }
    if (!empty) {
        feed_forward_backward(model, layer);
    }
    report_ready(told, tensors->expand.weight);
    if (!empty) {
        attention_block_backward(model, layer);
    }
    report_ready(told, tensors->qkv.weight);
}

/* A rank whose share of the batch is empty adds nothing and still reports, as the others do: if its
 * sum begins with that, zeros. */
void mpb_model_backward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                        mpb_gradient_ready_fn *ready, void *context)
{
    const bool empty = batch->num_sequences == 0;
    const listener told = {ready, context};

    assert(model->gradients != NULL);
    assert(empty || model->pass.graded);
    assert(empty || batch->offsets[batch->num_sequences] == model->work.tokens.num_rows);
    if (empty && !model->summed) {
        zero_tensors(model, 2);
    }
    model->pass.batch = batch;
    model->pass.weight_beta = model->summed ? 1.0f : 0.0f;
    model->summed = true;
    draw_dropout(model, dropout);
    if (!empty) {
        model->head->backward(model);
    }
    report_ready(&told, model->tensors.head.begin);
    for (int layer = model->config.num_hidden_layers - 1; layer >= 0; layer--) {
        layer_backward(model, layer, empty, &told);
    }
    if (!empty) {
        embeddings_backward(model);
    }
    report_ready(&told, mpb_model_gradients_begin(model));
}
