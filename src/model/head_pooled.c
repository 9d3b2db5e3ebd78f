/* Heads over the first row of each sequence. */

#include <string.h>

#include "head.h"

static bool is_relu(const mpb_model *model)
{
    return mpb_family_of(model->config.family)->pooler_is_relu;
}

static void activate(const mpb_model *model, size_t count, float *x)
{
    if (is_relu(model)) {
        model->nn->rows.relu(count, x, x);
    } else {
        model->nn->rows.tanh(count, x, x);
    }
}

static void activate_backward(const mpb_model *model, size_t count, const float *y, float *dy)
{
    if (is_relu(model)) {
        model->nn->rows.relu_backward(count, y, dy);
    } else {
        model->nn->rows.tanh_backward(count, y, dy);
    }
}

/* x (N, H): one row of each sequence. */
static void drop(const mpb_model *model, float *x)
{
    const mpb_batch *batch = model->pass.batch;
    const int H = model->config.hidden_size;

    if (model->pass.head_dropout.threshold == 0) {
        return;
    }
    for (size_t s = 0; s < batch->num_sequences; s++) {
        model->nn->rows.dropout(1, H, model->pass.head_dropout, batch->examples[s], SITE_HEAD, 0,
                                x + s * (size_t)H);
    }
}

void pooled_forward(mpb_model *model, const float *x, int K, float *scores)
{
    const head_memory *memory = &model->work.head;
    const head_tensors *tensors = &model->tensors.head;
    const size_t N = model->pass.batch->num_sequences;
    const int H = model->config.hidden_size;
    const size_t row = (size_t)H;

    linear_forward(model, tensors->pooler, N, H, H, plain_input(x, H),
                   stored_floats(memory->pooled, H));
    activate(model, N * row, memory->pooled);
    memcpy(memory->dropped, memory->pooled, N * row * sizeof(float));
    drop(model, memory->dropped);
    linear_forward(model, tensors->output, N, K, H, plain_input(memory->dropped, H),
                   stored_floats(scores, K));
}

void pooled_backward(mpb_model *model, const float *x, int K, const float *dscores, float *dx)
{
    const head_memory *memory = &model->work.head;
    const head_tensors *tensors = &model->tensors.head;
    const size_t N = model->pass.batch->num_sequences;
    const int H = model->config.hidden_size;
    const linear_input d = plain_input(dscores, K);
    const linear_input dpooled = plain_input(memory->dpooled, H);

    linear_backward_weight(model, tensors->output, N, K, H, d, plain_input(memory->dropped, H));
    linear_backward_input(model, tensors->output, N, K, H, d, 0.0f, memory->dpooled, H);
    drop(model, memory->dpooled);
    activate_backward(model, N * (size_t)H, memory->pooled, memory->dpooled);
    linear_backward_weight(model, tensors->pooler, N, H, H, dpooled, plain_input(x, H));
    linear_backward_input(model, tensors->pooler, N, H, H, dpooled, 0.0f, dx, H);
}

void pooled_lay_out(const mpb_model_config *config, const mpb_model_limits *limits,
                    mpb_arena *arena, head_memory *memory)
{
    const size_t bytes =
        limits->max_sequences * (size_t)config->hidden_size * sizeof(*memory->pooled);

    memory->pooled = mpb_arena_take(arena, bytes);
    memory->dropped = mpb_arena_take(arena, bytes);
    if (limits->training) {
        memory->dpooled = mpb_arena_take(arena, bytes);
    }
}

double pooled_flops(const mpb_model_config *config, int K)
{
    const int H = config->hidden_size;

    return head_linear_flops(1.0, H, H) + head_linear_flops(1.0, K, H);
}

static int one(const mpb_model_config *config)
{
    (void)config;
    return 1;
}

static double sequence_flops(const mpb_model_config *config, double rows)
{
    return rows * pooled_flops(config, config->num_labels);
}

static double choice_flops(const mpb_model_config *config, double rows)
{
    return rows * pooled_flops(config, one(config));
}

static void lay_out(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                    mpb_arena *arena, head_memory *memory)
{
    pooled_lay_out(config, limits, arena, memory);
    memory->outputs = mpb_arena_take(arena, limits->max_sequences * K * sizeof(*memory->outputs));
}

static size_t as_many_as_sequences(const mpb_model_limits *limits)
{
    return limits->max_sequences;
}

static void choose_first_rows(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = batch->num_sequences;
    for (size_t s = 0; s < batch->num_sequences; s++) {
        rows->offsets[s] = s;
        rows->positions[s] = 0;
    }
    rows->offsets[batch->num_sequences] = batch->num_sequences;
}

static void add_parameters(parameter_builder *to)
{
    parameters_add_pooler(to);
    parameters_add_output(to, to->family->names.classifier, to->num_outputs);
}

static void add_next_sentence(parameter_builder *to)
{
    parameters_add_pooler(to);
    parameters_add_output(to, to->family->names.next_sentence, to->num_outputs);
}

static float dropout(const mpb_model_config *config)
{
    return config->classifier_dropout;
}

static void forward(mpb_model *model)
{
    float *outputs = model->work.head.outputs;

    pooled_forward(model, model->work.hidden, head_width(model), outputs);
    head_offer(model, 0, model->pass.batch->num_sequences, outputs);
}

static void backward(mpb_model *model)
{
    pooled_backward(model, model->work.hidden, head_width(model), model->work.head.outputs,
                    model->work.dhidden);
}

const head HEAD_SEQUENCE = {
    .facts = {.class_name = "ForSequenceClassification", .has_labels = true, .has_problem = true},
    .width = head_num_labels,
    .add_parameters = add_parameters,
    .max_rows = as_many_as_sequences,
    .choose_rows = choose_first_rows,
    .lay_out = lay_out,
    .dropout = dropout,
    .flops = sequence_flops,
    .forward = forward,
    .backward = backward,
};

const head HEAD_CHOICE = {
    .facts = {.class_name = "ForMultipleChoice"},
    .width = one,
    .add_parameters = add_parameters,
    .max_rows = as_many_as_sequences,
    .choose_rows = choose_first_rows,
    .lay_out = lay_out,
    .dropout = dropout,
    .flops = choice_flops,
    .forward = forward,
    .backward = backward,
};

const head HEAD_NEXT_SENTENCE = {
    .facts = {.class_name = "ForNextSentencePrediction", .has_labels = true, .judges_next = true},
    .width = head_num_labels,
    .add_parameters = add_next_sentence,
    .max_rows = as_many_as_sequences,
    .choose_rows = choose_first_rows,
    .lay_out = lay_out,
    .flops = sequence_flops,
    .forward = forward,
    .backward = backward,
};
