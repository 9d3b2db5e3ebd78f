#include "model_internal.h"

static const uint32_t *types_of(const mpb_model *model, size_t row)
{
    return model->config.type_vocab_size > 0 ? model->work.types + row : NULL;
}

static const float *type_table(const mpb_model *model)
{
    return model->config.type_vocab_size > 0 ? model->weights + model->tensors.type : NULL;
}

static void embed_rows(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const row_block *block = &model->work.tokens.blocks[task];
    const affine norm = model->tensors.embedding_norm;
    const int H = model->config.hidden_size;
    const size_t at = block->row * (size_t)H;
    float *x = model->work.hidden + at;

    (void)thread;
    model->nn->embedding.forward(block->rows, H, model->pass.batch->tokens + block->row,
                                 model->work.tokens.positions + block->row,
                                 types_of(model, block->row), model->weights + model->tensors.word,
                                 model->weights + model->tensors.position, type_table(model), x);
    model->nn->layernorm.forward(block->rows, H, model->config.layer_norm_eps, x,
                                 model->weights + norm.weight, model->weights + norm.bias, x,
                                 model->work.xhat0 + at, model->work.rstd0 + block->row);
    drop_rows(model, block, model->pass.hidden_dropout, SITE_EMBEDDING, x);
}

void embeddings_forward(mpb_model *model)
{
    mpb_team_run(model->team, model->work.tokens.num_blocks, embed_rows, model);
}

static void rebuild_rows(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const row_block *block = &model->work.tokens.blocks[task];
    const affine norm = model->tensors.embedding_norm;
    const int H = model->config.hidden_size;
    const size_t at = block->row * (size_t)H;

    (void)thread;
    model->nn->layernorm.rebuild(block->rows, H, model->work.xhat0 + at,
                                 model->weights + norm.weight, model->weights + norm.bias,
                                 model->work.hidden + at);
    drop_rows(model, block, model->pass.hidden_dropout, SITE_EMBEDDING, model->work.hidden + at);
}

typedef struct layer_rebuild {
    const mpb_model *model;
    affine norm;
    const float *xhat;
} layer_rebuild;

static void rebuild_layer_rows(void *context, size_t task, int thread)
{
    const layer_rebuild *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &model->work.tokens.blocks[task];
    const int H = model->config.hidden_size;
    const size_t at = block->row * (size_t)H;

    (void)thread;
    model->nn->layernorm.rebuild(block->rows, H, job->xhat + at, model->weights + job->norm.weight,
                                 model->weights + job->norm.bias, model->work.hidden + at);
}

void rebuild_layer_input(mpb_model *model, int layer)
{
    layer_rebuild job = {.model = model};

    if (layer == 0) {
        mpb_team_run(model->team, model->work.tokens.num_blocks, rebuild_rows, model);
        return;
    }
    job.norm = model->tensors.layers[layer - 1].output_norm;
    job.xhat = model->work.layers[layer - 1].xhat2;
    mpb_team_run(model->team, model->work.tokens.num_blocks, rebuild_layer_rows, &job);
}

static void drop_gradient_rows(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const row_block *block = &model->work.tokens.blocks[task];
    const size_t at = block->row * (size_t)model->config.hidden_size;

    (void)thread;
    drop_rows(model, block, model->pass.hidden_dropout, SITE_EMBEDDING, model->work.dhidden + at);
}

static void norm_gradient_rows(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const row_block *block = &model->work.tokens.blocks[task];
    const int H = model->config.hidden_size;
    const size_t at = block->row * (size_t)H;
    float *d = model->work.dhidden + at;

    (void)thread;
    model->nn->layernorm.backward(block->rows, H, d, model->work.xhat0 + at,
                                  model->weights + model->tensors.embedding_norm.weight,
                                  model->work.rstd0 + block->row, d);
}

/* Different tokens may share a table row, so tasks divide columns, not tokens. */
static void scatter_columns(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const model_tensors *at = &model->tensors;
    const int H = model->config.hidden_size;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = H - first < COLUMN_SLICE ? H - first : COLUMN_SLICE;
    const bool has_types = model->config.type_vocab_size > 0;

    (void)thread;
    model->nn->embedding.backward(model->work.tokens.num_rows, cols, H, model->pass.batch->tokens,
                                  model->work.tokens.positions, types_of(model, 0),
                                  model->work.dhidden + first, model->gradients + at->word + first,
                                  model->gradients + at->position + first,
                                  has_types ? model->gradients + at->type + first : NULL);
}

void embeddings_backward(mpb_model *model)
{
    const size_t H = (size_t)model->config.hidden_size;

    mpb_team_run(model->team, model->work.tokens.num_blocks, drop_gradient_rows, model);
    norm_backward_params(model, model->tensors.embedding_norm, model->work.tokens.num_rows,
                         model->work.dhidden, model->work.xhat0);
    mpb_team_run(model->team, model->work.tokens.num_blocks, norm_gradient_rows, model);
    mpb_team_run(model->team, (H - 1) / COLUMN_SLICE + 1, scatter_columns, model);
}
