/* The head that names masked words: a dense layer, GELU and LayerNorm, then a decoder whose matrix
 * is the word table. Its outputs are V numbers a row, so they are computed and turned into
 * gradients a block of rows at a time. */

#include "head.h"

enum { WORD_BLOCK = 512 }; /* rows: few enough to hold, enough to read the table for */

typedef struct transform {
    mpb_model *model;
    size_t num_rows;
    float *rows; /* (num_rows, H): of outputs, or of their gradient */
    float *du;   /* backward only */
} transform;

static size_t rows_of_task(const transform *job, size_t task)
{
    const size_t first = task * ROW_BLOCK;

    return job->num_rows - first < ROW_BLOCK ? job->num_rows - first : ROW_BLOCK;
}

static void run_transform(transform *job, mpb_task_fn *work)
{
    mpb_team_run(job->model->team, (job->num_rows + ROW_BLOCK - 1) / ROW_BLOCK, work, job);
}

/* y = LayerNorm(gelu(u)) */
static void transform_rows(void *context, size_t task, int thread)
{
    const transform *job = context;
    const mpb_model *model = job->model;
    const head_memory *memory = &model->work.head;
    const size_t H = (size_t)model->config.hidden_size;
    const size_t rows = rows_of_task(job, task);
    const size_t at = task * ROW_BLOCK * H;

    (void)thread;
    model->nn->rows.gelu(rows * H, memory->u + at, job->rows + at);
    norm_forward(model, model->tensors.head.word_norm, rows, job->rows + at,
                 stored_floats(memory->xhat + at, (int)H), memory->rstd + task * ROW_BLOCK);
}

static void transform_rows_backward(void *context, size_t task, int thread)
{
    const transform *job = context;
    const mpb_model *model = job->model;
    const head_memory *memory = &model->work.head;
    const size_t H = (size_t)model->config.hidden_size;
    const size_t rows = rows_of_task(job, task);
    const size_t at = task * ROW_BLOCK * H;

    (void)thread;
    norm_backward(model, model->tensors.head.word_norm, rows,
                  stored_floats(memory->xhat + at, (int)H), memory->rstd + task * ROW_BLOCK,
                  job->rows + at, NULL);
    model->nn->rows.gelu_backward(rows * H, memory->u + at, job->rows + at, job->du + at);
}

/* Logits of rows [first, first + count) of y (R, H); where they come back as their gradient, that
 * of the decoder is added and that of y goes to the same rows of dhidden. */
static void decode_block(mpb_model *model, size_t first, size_t count, const float *y)
{
    const affine decoder = {.weight = model->tensors.word, .bias = model->tensors.head.word_bias};
    const int H = model->config.hidden_size;
    const int V = model->config.vocab_size;
    float *outputs = model->work.head.outputs;
    const size_t at = first * (size_t)H;

    linear_forward(model, decoder, count, V, H, plain_input(y + at, H), stored_floats(outputs, V));
    if (head_offer(model, first, count, outputs)) {
        linear_backward_words(model, decoder, count, outputs, y + at);
        linear_backward_input(model, decoder, count, V, H, plain_input(outputs, V), 0.0f,
                              model->work.dhidden + at, H);
    }
}

void words_forward(mpb_model *model, size_t R, const float *x)
{
    const int H = model->config.hidden_size;
    transform job = {.model = model, .num_rows = R, .rows = model->work.mid};

    linear_forward(model, model->tensors.head.word_dense, R, H, H, plain_input(x, H),
                   stored_floats(model->work.head.u, H));
    run_transform(&job, transform_rows);
    for (size_t first = 0; first < R; first += WORD_BLOCK) {
        decode_block(model, first, R - first < WORD_BLOCK ? R - first : WORD_BLOCK, job.rows);
    }
}

void words_backward(mpb_model *model, size_t R, const float *x, float *dx)
{
    const affine dense = model->tensors.head.word_dense;
    const int H = model->config.hidden_size;
    transform job = {
        .model = model, .num_rows = R, .rows = model->work.dhidden, .du = model->work.mid};
    const linear_input du = plain_input(job.du, H);

    norm_backward_params(model, model->tensors.head.word_norm, R, job.rows,
                         stored_floats(model->work.head.xhat, H));
    run_transform(&job, transform_rows_backward);
    linear_backward_weight(model, dense, R, H, H, du, plain_input(x, H));
    linear_backward_input(model, dense, R, H, H, du, 0.0f, dx, H);
}

void words_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                   mpb_arena *arena, head_memory *memory)
{
    const size_t R = as_many_as_tokens(limits);
    const size_t block = R < WORD_BLOCK ? R : WORD_BLOCK;
    const size_t row = (size_t)config->hidden_size * sizeof(float);

    memory->outputs = mpb_arena_take(arena, block * K * sizeof(float));
    memory->u = mpb_arena_take(arena, R * row);
    memory->xhat = mpb_arena_take(arena, R * row);
    memory->rstd = mpb_arena_take(arena, R * sizeof(float));
}

void words_add_parameters(parameter_builder *to)
{
    const int H = to->config->hidden_size;

    parameters_add_linear(to, to->family->names.word_dense, H, H);
    parameters_add_norm(to, to->family->names.word_norm, H);
    parameters_add_bias(to, to->family->names.word_bias, to->config->vocab_size);
}

double words_flops(const mpb_model_config *config, double rows)
{
    const int H = config->hidden_size;

    return head_linear_flops(rows, H, H) + head_linear_flops(rows, config->vocab_size, H);
}

static void forward(mpb_model *model)
{
    words_forward(model, model->work.outputs.num_rows, model->work.hidden);
}

static void backward(mpb_model *model)
{
    words_backward(model, model->work.outputs.num_rows, model->work.hidden, model->work.dhidden);
}

const head HEAD_WORDS = {
    .facts = {.class_name = "ForMaskedLM", .uses_all_words = true, .rows = MPB_ROWS_CHOSEN},
    .width = head_num_words,
    .add_parameters = words_add_parameters,
    .max_rows = as_many_as_tokens,
    .choose_rows = choose_named_rows,
    .lay_out = words_lay_out,
    .flops = words_flops,
    .forward = forward,
    .backward = backward,
};
