#include "mpibert/model/model.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "head.h"
#include "mpibert/math/team_memory.h"

/* Purposes of the random streams: "drop", "attn" and "lora" in the high 32 bits, to which the micro-step is
 * added. The two never meet: they lie 2^57 apart, and no run has as many micro-steps. */
static const uint64_t ROW_DROPOUT = (uint64_t)0x64726F70 << 32;
static const uint64_t ATTENTION_DROPOUT = (uint64_t)0x6174746E << 32;
static const uint64_t LOW_RANK_DROPOUT = (uint64_t)0x6C6F7261 << 32;

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
    const mpb_dropout_draw *of_layers = model->frozen_layers ? NULL : draw;
    pass *now = &model->pass;

    now->hidden_dropout = dropout_of(config->hidden_dropout, of_layers, ROW_DROPOUT);
    now->attention_dropout = dropout_of(config->attention_dropout, of_layers, ATTENTION_DROPOUT);
    now->low_rank_dropout = dropout_of(config->lora == NULL ? 0.0f : (float)config->lora->dropout,
                                       draw, LOW_RANK_DROPOUT);
    now->head_dropout = dropout_of(
        model->head->dropout == NULL ? 0.0f : model->head->dropout(config), draw, ROW_DROPOUT);
}

/* Matrices of layers and head: the first backward of a sum replaces them instead of reading zeros to
 * add to. */
static bool is_replaced(const mpb_parameter *item)
{
    return item->layer >= 0 && item->num_dims == 2;
}

/* The gradients of this epoch's tensors that are replaced, or of those that are not; of the words
 * those that are used. */
static void zero_tensors(mpb_model *model, bool replaced)
{
    const size_t first = mpb_model_gradients_begin(model);

    for (size_t i = 0; i < model->trained.count; i++) {
        const mpb_parameter *item = &model->trained.items[i];
        const size_t begin = item->offset > first ? item->offset : first;
        const size_t end = item->offset + item->count;

        if (is_replaced(item) == replaced && begin < end) {
            mpb_team_zero(model->team, model->gradients + begin, (end - begin) * sizeof(float));
        }
    }
}

void mpb_model_zero_gradients(mpb_model *model)
{
    assert(model->gradients != NULL);
    zero_tensors(model, false);
    model->summed = false;
}

static void await_weights(const mpb_model *model, size_t part)
{
    if (model->needed != NULL) {
        model->needed(model->needed_context, model->parts.ends[part]);
    }
}

/* hidden (R, H) = the last layer's output, of the rows that the head reads; of a layer below the last,
 * of all rows. */
static void run_layers(mpb_model *model)
{
    const int num_layers = model->config.num_hidden_layers - model->config.skipped_layers;

    await_weights(model, EMBEDDINGS_PART);
    embeddings_forward(model);
    for (int layer = 0; layer < num_layers; layer++) {
        await_weights(model, feed_forward_part(layer));
        attention_block_forward(model, layer);
        feed_forward_forward(model, layer);
    }
}

/* The same from what is known of each sequence. */
static void take_encoded(mpb_model *model)
{
    const mpb_batch *batch = model->pass.batch;
    const row_set *rows = row_set_of_layer(model, model->config.num_hidden_layers - 1);
    const size_t H = (size_t)model->config.hidden_size;

    assert(model->frozen_layers || !model->limits.training);
    for (size_t s = 0; s < batch->num_sequences; s++) {
        const size_t first = rows->offsets[s];

        memcpy(model->work.hidden + first * H, batch->encoded[s],
               (rows->offsets[s + 1] - first) * H * sizeof(float));
    }
}

void mpb_model_encode(mpb_model *model, const mpb_batch *batch, float *rows)
{
    batch_plan_make(model, batch);
    draw_dropout(model, NULL);
    if (batch->num_sequences > 0) {
        const row_set *read = row_set_of_layer(model, model->config.num_hidden_layers - 1);

        run_layers(model);
        memcpy(rows, model->work.hidden,
               read->num_rows * (size_t)model->config.hidden_size * sizeof(*rows));
    }
}

void mpb_model_forward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                       mpb_take_outputs_fn *take, void *context)
{
    batch_plan_make(model, batch);
    draw_dropout(model, dropout);
    if (batch->num_sequences == 0) {
        return;
    }
    if (batch->encoded != NULL) {
        take_encoded(model);
    } else {
        run_layers(model);
    }
    await_weights(model, head_part(model->config.num_hidden_layers));
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
    feed_forward_again(model, layer);
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
    const size_t attention = attention_part(layer);

    if (!empty && layer < model->limits.checkpointed_layers) {
        compute_again(model, layer);
    }
    if (!empty) {
        feed_forward_backward(model, layer);
    }
    report_ready(told, model->parts.ends[attention]);
    if (!empty && model->parts.lowest <= attention) {
        attention_block_backward(model, layer);
    }
    report_ready(told, model->parts.ends[attention - 1]);
}

/* A rank whose share of the batch is empty adds nothing and still reports, as the others do: if its
 * sum begins with that, zeros. */
void mpb_model_backward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                        mpb_gradient_ready_fn *ready, void *context)
{
    const bool empty = batch->num_sequences == 0;
    const int last = model->config.num_hidden_layers - 1;
    const listener told = {ready, context};

    assert(model->gradients != NULL);
    assert(empty || model->pass.graded);
    assert(empty || batch->offsets[batch->num_sequences] == model->work.tokens.num_rows);
    if (empty && !model->summed) {
        zero_tensors(model, true);
    }
    model->pass.batch = batch;
    model->pass.weight_beta = model->summed ? 1.0f : 0.0f;
    model->summed = true;
    draw_dropout(model, dropout);
    if (!empty) {
        model->head->backward(model);
    }
    report_ready(&told, model->parts.ends[feed_forward_part(last)]);
    for (int layer = last; layer >= 0 && model->parts.lowest <= feed_forward_part(layer); layer--) {
        layer_backward(model, layer, empty, &told);
    }
    if (!empty && model->parts.lowest == EMBEDDINGS_PART) {
        embeddings_backward(model);
    }
    report_ready(&told, mpb_model_gradients_begin(model));
}
