#include "mpibert/model/model.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head.h"
#include "mpibert/math/team_memory.h"

/* Purposes of the random streams: "drop" and "attn" in the high 32 bits, to which the micro-step is
 * added. The two never meet: they lie 2^57 apart, and no run has as many micro-steps. */
static const uint64_t ROW_DROPOUT = (uint64_t)0x64726F70 << 32;
static const uint64_t ATTENTION_DROPOUT = (uint64_t)0x6174746E << 32;

static mpb_status check_limits(const mpb_model_config *config, const mpb_model_limits *limits)
{
    const size_t widest = 4 * (size_t)config->hidden_size + (size_t)config->intermediate_size;

    MPB_REQUIRE(limits->max_length > 0 &&
                    limits->max_length <= (size_t)config->max_position_embeddings,
                MPB_ERR_CONFIG,
                "sequences of %zu tokens were asked for, 1 to %d was expected (the model's "
                "positions)",
                limits->max_length, config->max_position_embeddings);
    MPB_REQUIRE(limits->max_sequences > 0 && limits->max_tokens > 0, MPB_ERR_CONFIG,
                "room for %zu tokens in %zu sequences was asked for, at least 1 was expected "
                "(model)",
                limits->max_tokens, limits->max_sequences);
    /* BLAS counts rows and distances in int; bytes of one piece stay far below SIZE_MAX. */
    MPB_REQUIRE(limits->max_tokens <= INT_MAX / 2 && limits->max_sequences <= limits->max_tokens &&
                    limits->max_tokens <= SIZE_MAX / 64 / widest,
                MPB_ERR_CONFIG,
                "a batch of %zu tokens in %zu sequences is too large, use a smaller batch "
                "(training.batch_size)",
                limits->max_tokens, limits->max_sequences);
    assert(limits->checkpointed_layers >= 0 &&
           limits->checkpointed_layers < config->num_hidden_layers);
    return MPB_OK;
}

static mpb_status allocate_weights(mpb_model *model)
{
    const size_t size = model->parameters.size;
    void *block = NULL;

    MPB_TRY(mpb_team_memory_create(model->team, size, sizeof(float), "the weights", &block));
    model->weights = block;
    if (model->limits.training) {
        MPB_TRY(mpb_team_memory_create(model->team, size, sizeof(float), "the gradients", &block));
        model->gradients = block;
    }
    return MPB_OK;
}

/* Takes the place of the workspace that there is. */
static mpb_status allocate_workspace(mpb_model *model, const mpb_model_limits *limits)
{
    mpb_arena arena = {0};
    workspace work;

    workspace_lay_out(&model->config, limits, model->team->threads, model->gemm.precision, &arena,
                      &work);
    MPB_TRY(mpb_team_arena_create(model->team, arena.peak, "the activations", &arena));
    mpb_arena_destroy(&model->arena);
    workspace_lay_out(&model->config, limits, model->team->threads, model->gemm.precision, &arena,
                      &model->work);
    model->arena = arena;
    model->limits = *limits;
    model->gemm.scratch = model->work.products;
    return MPB_OK;
}

static mpb_status fill(mpb_model *model)
{
    MPB_TRY(mpb_model_config_check(&model->config, "model configuration"));
    MPB_TRY(check_limits(&model->config, &model->limits));
    MPB_TRY(mpb_parameters_create(&model->config, &model->parameters));
    MPB_TRY(model_tensors_create(&model->config, &model->parameters, &model->tensors));
    MPB_TRY(allocate_weights(model));
    return allocate_workspace(model, &model->limits);
}

mpb_status mpb_model_create(const mpb_model_config *config, const mpb_model_limits *limits,
                            const mpb_team *team, mpb_isa isa, mpb_gemm_choice products,
                            mpb_model **model)
{
    mpb_model *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a model");
    made->config = *config;
    made->head = head_of(config->head);
    made->limits = *limits;
    made->team = team;
    made->nn = mpb_nn_for(isa);
    made->words.count = (size_t)config->vocab_size;
    made->gemm = (mpb_gemm_context){
        .team = team, .kernel = products.kernel, .precision = products.precision, .isa = isa};
    status = fill(made);
    if (status != MPB_OK) {
        mpb_model_destroy(&made);
        return status;
    }
    *model = made;
    return MPB_OK;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

mpb_status mpb_model_make_room(mpb_model *model, const mpb_model_limits *limits)
{
    mpb_model_limits both = model->limits;

    assert(!both.training && !limits->training);
    if (limits->max_tokens <= both.max_tokens && limits->max_sequences <= both.max_sequences &&
        limits->max_length <= both.max_length) {
        return MPB_OK;
    }
    both.max_tokens = larger(both.max_tokens, limits->max_tokens);
    both.max_sequences = larger(both.max_sequences, limits->max_sequences);
    both.max_length = larger(both.max_length, limits->max_length);
    MPB_TRY(check_limits(&model->config, &both));
    return allocate_workspace(model, &both);
}

void mpb_model_destroy(mpb_model **model)
{
    mpb_model *gone = *model;

    if (gone == NULL) {
        return;
    }
    mpb_arena_destroy(&gone->arena);
    mpb_memory_destroy(gone->gradients);
    mpb_memory_destroy(gone->weights);
    model_tensors_destroy(&gone->tensors);
    mpb_parameters_destroy(&gone->parameters);
    free(gone);
    *model = NULL;
}

const mpb_model_config *mpb_model_configuration(const mpb_model *model)
{
    return &model->config;
}

const mpb_parameters *mpb_model_parameters(const mpb_model *model)
{
    return &model->parameters;
}

const mpb_team *mpb_model_team(const mpb_model *model)
{
    return model->team;
}

float *mpb_model_weights(mpb_model *model)
{
    return model->weights;
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

float *mpb_model_gradients(mpb_model *model)
{
    return model->gradients;
}

void mpb_model_use_words(mpb_model *model, const mpb_word_rows *rows)
{
    assert(rows->count <= (size_t)model->config.vocab_size);
    assert(rows->items != NULL || rows->count == (size_t)model->config.vocab_size);
    model->words = *rows;
}

size_t mpb_model_gradients_begin(const mpb_model *model)
{
    const size_t unused = (size_t)model->config.vocab_size - model->words.count;

    return model->tensors.word + unused * (size_t)model->config.hidden_size;
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

void mpb_model_await_weights(mpb_model *model, mpb_weights_needed_fn *needed, void *context)
{
    model->needed = needed;
    model->needed_context = context;
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

mpb_status mpb_model_measure(const mpb_model_config *config, const mpb_model_limits *limits,
                             int threads, mpb_gemm_type precision, mpb_model_sizes *sizes)
{
    mpb_arena measure = {0};
    workspace work;
    mpb_parameters parameters;
    size_t weights;

    MPB_TRY(mpb_parameters_create(config, &parameters));
    weights = parameters.size * sizeof(float);
    mpb_parameters_destroy(&parameters);
    workspace_lay_out(config, limits, threads, precision, &measure, &work);
    *sizes = (mpb_model_sizes){
        .weights = weights,
        .gradients = limits->training ? weights : 0,
        .activations = work.activation_bytes,
        .scratch = measure.peak - work.activation_bytes,
    };
    return MPB_OK;
}
