/* Heads that are one linear layer over token rows. */

#include "head.h"

static const row_set *rows_of(const mpb_model *model)
{
    return row_set_of_layer(model, model->config.num_hidden_layers - 1);
}

/* Rows (R, H) that a head reads, or their gradient. */
typedef struct dropped_rows {
    const mpb_model *model;
    const row_set *rows;
    float *x;
} dropped_rows;

static void drop_block(void *context, size_t task, int thread)
{
    const dropped_rows *job = context;
    const row_block *block = &job->rows->blocks[task];

    (void)thread;
    drop_rows(job->model, block, job->model->pass.head_dropout, SITE_HEAD,
              job->x + block->row * (size_t)job->model->config.hidden_size);
}

static void drop(const mpb_model *model, float *x)
{
    dropped_rows job = {.model = model, .rows = rows_of(model), .x = x};

    if (model->pass.head_dropout.threshold > 0) {
        mpb_team_run(model->team, job.rows->num_blocks, drop_block, &job);
    }
}

/* Hidden is dropped out in its place: nothing else of the pass reads it. */
static void forward(mpb_model *model)
{
    const int H = model->config.hidden_size;
    const int K = head_width(model);
    const size_t R = rows_of(model)->num_rows;
    float *outputs = model->work.head.outputs;

    drop(model, model->work.hidden);
    linear_forward(model, model->tensors.head.output, R, K, H, plain_input(model->work.hidden, H),
                   stored_floats(outputs, K));
    head_offer(model, 0, R, outputs);
}

static void backward(mpb_model *model)
{
    const affine output = model->tensors.head.output;
    const int H = model->config.hidden_size;
    const int K = head_width(model);
    const size_t R = rows_of(model)->num_rows;
    const linear_input d = plain_input(model->work.head.outputs, K);

    linear_backward_weight(model, output, R, K, H, d, plain_input(model->work.hidden, H));
    linear_backward_input(model, output, R, K, H, d, 0.0f, model->work.dhidden, H);
    drop(model, model->work.dhidden);
}

size_t as_many_as_tokens(const mpb_model_limits *limits)
{
    return limits->max_tokens;
}

void choose_named_rows(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = 0;
    for (size_t s = 0; s < batch->num_sequences; s++) {
        rows->offsets[s] = rows->num_rows;
        for (size_t i = 0; i < head_num_chosen(batch, s); i++) {
            rows->positions[rows->num_rows++] = head_chosen_at(batch, s, i);
        }
    }
    rows->offsets[batch->num_sequences] = rows->num_rows;
}

static void lay_out(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                    mpb_arena *arena, head_memory *memory)
{
    (void)config;
    memory->outputs = mpb_arena_take(arena, limits->max_tokens * K * sizeof(*memory->outputs));
}

static int first_and_last(const mpb_model_config *config)
{
    (void)config;
    return 2;
}

static void add_classifier(parameter_builder *to)
{
    parameters_add_output(to, to->family->names.classifier, to->num_outputs);
}

static void add_spans(parameter_builder *to)
{
    parameters_add_output(to, to->family->names.spans, to->num_outputs);
}

static double token_flops(const mpb_model_config *config, double rows)
{
    return head_linear_flops(rows, config->num_labels, config->hidden_size);
}

static double span_flops(const mpb_model_config *config, double rows)
{
    return head_linear_flops(rows, first_and_last(config), config->hidden_size);
}

static float token_dropout(const mpb_model_config *config)
{
    return mpb_family_of(config->family)->drops_tokens_as_hidden ? config->hidden_dropout
                                                                 : config->classifier_dropout;
}

static float span_dropout(const mpb_model_config *config)
{
    return config->span_dropout;
}

const head HEAD_TOKENS = {
    .facts = {.class_name = "ForTokenClassification", .has_labels = true, .rows = MPB_ROWS_CHOSEN},
    .width = head_num_labels,
    .add_parameters = add_classifier,
    .max_rows = as_many_as_tokens,
    .choose_rows = choose_named_rows,
    .lay_out = lay_out,
    .dropout = token_dropout,
    .flops = token_flops,
    .forward = forward,
    .backward = backward,
};

const head HEAD_SPANS = {
    .facts = {.class_name = "ForQuestionAnswering", .rows = MPB_ROWS_ALL},
    .width = first_and_last,
    .add_parameters = add_spans,
    .lay_out = lay_out,
    .dropout = span_dropout,
    .flops = span_flops,
    .forward = forward,
    .backward = backward,
};
