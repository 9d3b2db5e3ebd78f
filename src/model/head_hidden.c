/* The head that is none: what the encoder makes of chosen rows is the output itself. */

#include <string.h>

#include "head.h"

static int hidden_size(const mpb_model_config *config)
{
    return config->hidden_size;
}

static void add_nothing(parameter_builder *to)
{
    (void)to;
}

static void lay_out_nothing(const mpb_model_config *config, const mpb_model_limits *limits,
                            size_t K, mpb_arena *arena, head_memory *memory)
{
    (void)config;
    (void)limits;
    (void)K;
    (void)arena;
    (void)memory;
}

static double no_flops(const mpb_model_config *config, double rows)
{
    (void)config;
    (void)rows;
    return 0.0;
}

/* The last layer gives chosen rows alone, those below it all rows. */
static void forward(mpb_model *model)
{
    const row_set *rows = &model->work.outputs;
    float *outputs = model->work.hidden;

    if (model->config.skipped_layers > 0) {
        outputs = model->work.picked;
        row_set_gather(model, rows, model->work.hidden, outputs);
    }
    head_offer(model, 0, rows->num_rows, outputs);
}

/* The taker left the gradient where the outputs were. */
static void backward(mpb_model *model)
{
    memcpy(model->work.dhidden, model->work.hidden,
           model->work.outputs.num_rows * (size_t)model->config.hidden_size * sizeof(float));
}

const head HEAD_HIDDEN = {
    .facts = {.class_name = "Model", .rows = MPB_ROWS_CHOSEN},
    .width = hidden_size,
    .add_parameters = add_nothing,
    .max_rows = as_many_as_tokens,
    .choose_rows = choose_named_rows,
    .lay_out = lay_out_nothing,
    .flops = no_flops,
    .forward = forward,
    .backward = backward,
};
