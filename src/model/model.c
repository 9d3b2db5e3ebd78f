#include "mpibert/model/model.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "head.h"
#include "mpibert/math/team_memory.h"

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
    void *block = NULL;

    MPB_TRY(mpb_team_memory_create(model->team, model->parameters.size, sizeof(float),
                                   "the weights", &block));
    model->weights = block;
    if (model->limits.training) {
        MPB_TRY(mpb_team_memory_create(model->team, model->trained.size, sizeof(float),
                                       "the gradients", &block));
        model->gradients = block;
    }
    return MPB_OK;
}

/* Takes the place of the workspace that there is. */
static mpb_status allocate_workspace(mpb_model *model, const mpb_model_limits *limits)
{
    const int lowest = mpb_parameters_lowest_trained(&model->parameters);
    mpb_arena arena = {0};
    workspace work;

    workspace_lay_out(&model->config, limits, lowest, model->team->threads, model->gemm.precision,
                      &arena, &work);
    MPB_TRY(mpb_team_arena_create(model->team, arena.peak, "the activations", &arena));
    mpb_arena_destroy(&model->arena);
    workspace_lay_out(&model->config, limits, lowest, model->team->threads, model->gemm.precision,
                      &arena, &model->work);
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
    MPB_TRY(mpb_parameters_trained(&model->parameters, &model->trained));
    model->frozen_layers =
        model->limits.training &&
        mpb_parameters_lowest_trained(&model->parameters) == model->config.num_hidden_layers;
    MPB_TRY(trained_parts_create(model->config.num_hidden_layers, &model->parts));
    trained_parts_choose(&model->trained, 0, &model->parts);
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
    trained_parts_destroy(&gone->parts);
    mpb_parameters_destroy(&gone->trained);
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

const mpb_parameters *mpb_model_trained(const mpb_model *model)
{
    return &model->trained;
}

const mpb_team *mpb_model_team(const mpb_model *model)
{
    return model->team;
}

float *mpb_model_weights(mpb_model *model)
{
    return model->weights;
}

float *mpb_model_trained_weights(mpb_model *model)
{
    return model->weights + model->parameters.frozen;
}

float *mpb_model_gradients(mpb_model *model)
{
    return model->gradients;
}

void mpb_model_begin_epoch(mpb_model *model, int64_t epochs)
{
    trained_parts_choose(&model->trained, epochs, &model->parts);
}

bool mpb_model_trains_words(const mpb_model *model)
{
    return gradient_at(model, model->tensors.word) != NULL;
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

    return mpb_model_trains_words(model) ? unused * (size_t)model->config.hidden_size
                                         : model->parts.from;
}

void mpb_model_await_weights(mpb_model *model, mpb_weights_needed_fn *needed, void *context)
{
    model->needed = needed;
    model->needed_context = context;
}

mpb_status mpb_model_measure(const mpb_model_config *config, const mpb_model_limits *limits,
                             int threads, mpb_gemm_type precision, mpb_model_sizes *sizes)
{
    mpb_arena measure = {0};
    workspace work;
    mpb_parameters parameters;
    size_t weights;
    size_t trained;
    int lowest;

    MPB_TRY(mpb_parameters_create(config, &parameters));
    weights = parameters.size * sizeof(float);
    trained = weights - parameters.frozen * sizeof(float);
    lowest = mpb_parameters_lowest_trained(&parameters);
    mpb_parameters_destroy(&parameters);
    workspace_lay_out(config, limits, lowest, threads, precision, &measure, &work);
    *sizes = (mpb_model_sizes){
        .weights = weights,
        .gradients = limits->training ? trained : 0,
        .activations = work.activation_bytes,
        .scratch = measure.peak - work.activation_bytes,
    };
    return MPB_OK;
}
