#include <assert.h>

#include "model_internal.h"

enum { GROUP_BLOCK = 32 }; /* table rows a task */

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
    const int H = model->config.hidden_size;
    float *x = model->work.hidden + block->row * (size_t)H;

    (void)thread;
    model->nn->embedding.forward(block->rows, H, model->pass.batch->tokens + block->row,
                                 model->work.tokens.positions + block->row,
                                 types_of(model, block->row), model->weights + model->tensors.word,
                                 model->weights + model->tensors.position, type_table(model), x);
    norm_forward(model, model->tensors.embedding_norm, block->rows, x,
                 stored_from(model->work.xhat0, block->row, 0), model->work.rstd0 + block->row);
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
    float *x = model->work.hidden + block->row * (size_t)model->config.hidden_size;

    (void)thread;
    norm_rebuild(model, model->tensors.embedding_norm, block->rows,
                 stored_from(model->work.xhat0, block->row, 0), x);
    drop_rows(model, block, model->pass.hidden_dropout, SITE_EMBEDDING, x);
}

typedef struct layer_rebuild {
    const mpb_model *model;
    affine norm;
    stored_rows xhat;
} layer_rebuild;

static void rebuild_layer_rows(void *context, size_t task, int thread)
{
    const layer_rebuild *job = context;
    const mpb_model *model = job->model;
    const row_block *block = &model->work.tokens.blocks[task];

    (void)thread;
    norm_rebuild(model, job->norm, block->rows, stored_from(job->xhat, block->row, 0),
                 model->work.hidden + block->row * (size_t)model->config.hidden_size);
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
    const size_t at = block->row * (size_t)model->config.hidden_size;

    (void)thread;
    norm_backward(model, model->tensors.embedding_norm, block->rows,
                  stored_from(model->work.xhat0, block->row, 0), model->work.rstd0 + block->row,
                  model->work.dhidden + at, model->work.hidden + at);
}

typedef struct table_gradient {
    const mpb_model *model;
    float *table; /* (keys, H) */
    size_t num_slices;
} table_gradient;

/* Every table row is summed by one task, token by token. */
static void sum_groups(void *context, size_t task, int thread)
{
    const table_gradient *job = context;
    const row_groups *groups = &job->model->work.groups;
    const size_t H = (size_t)job->model->config.hidden_size;
    const size_t column = task % job->num_slices * COLUMN_SLICE;
    const size_t cols = H - column < COLUMN_SLICE ? H - column : COLUMN_SLICE;
    const size_t first = task / job->num_slices * GROUP_BLOCK;

    (void)thread;
    for (size_t g = first; g < groups->count && g < first + GROUP_BLOCK; g++) {
        const size_t begin = groups->begins[g];

        job->model->nn->embedding.backward(groups->begins[g + 1] - begin, groups->order + begin,
                                           (int)cols, (int)H, job->model->work.dhidden + column,
                                           job->table + groups->keys[g] * H + column);
    }
}

static void add_to_table(const mpb_model *model, size_t offset)
{
    table_gradient job = {.model = model, .table = gradient_at(model, offset)};
    const size_t num_blocks = (model->work.groups.count + GROUP_BLOCK - 1) / GROUP_BLOCK;

    job.num_slices = ((size_t)model->config.hidden_size - 1) / COLUMN_SLICE + 1;
    mpb_team_run(model->team, num_blocks * job.num_slices, sum_groups, &job);
}

static bool comes_before(const mpb_word_rows *words, uint32_t a, uint32_t b)
{
    const uint32_t owners = words->owners > 1 ? (uint32_t)words->owners : 1;

    return a % owners != b % owners ? a % owners < b % owners : a < b;
}

static size_t place_of(const mpb_word_rows *words, uint32_t row)
{
    size_t low = 0;
    size_t high = words->count;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (comes_before(words, words->items[middle], row)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    assert(low < words->count && words->items[low] == row);
    return low;
}

/* Turns the table rows of words into those that hold their gradients. */
static void pack_words(const mpb_word_rows *words, size_t vocab_size, row_groups *groups)
{
    for (size_t g = 0; words->items != NULL && g < groups->count; g++) {
        groups->keys[g] = (uint32_t)(vocab_size - words->count + place_of(words, groups->keys[g]));
    }
}

static bool trains_types(const mpb_model *model)
{
    return model->config.type_vocab_size > 0 && gradient_at(model, model->tensors.type) != NULL;
}

static void add_to_tables(mpb_model *model)
{
    const size_t T = model->work.tokens.num_rows;
    const size_t vocab_size = (size_t)model->config.vocab_size;
    row_groups *groups = &model->work.groups;

    if (gradient_at(model, model->tensors.word) != NULL) {
        row_groups_make(groups, model->pass.batch->tokens, T, vocab_size);
        pack_words(&model->words, vocab_size, groups);
        add_to_table(model, model->tensors.word);
    }
    if (gradient_at(model, model->tensors.position) != NULL) {
        row_groups_make(groups, model->work.tokens.positions, T, model->limits.max_length);
        add_to_table(model, model->tensors.position);
    }
    if (trains_types(model)) {
        row_groups_make(groups, model->work.types, T, (size_t)model->config.type_vocab_size);
        add_to_table(model, model->tensors.type);
    }
}

static bool trains_tables(const mpb_model *model)
{
    return gradient_at(model, model->tensors.word) != NULL ||
           gradient_at(model, model->tensors.position) != NULL || trains_types(model);
}

void embeddings_backward(mpb_model *model)
{
    mpb_team_run(model->team, model->work.tokens.num_blocks, drop_gradient_rows, model);
    norm_backward_params(model, model->tensors.embedding_norm, model->work.tokens.num_rows,
                         model->work.dhidden, model->work.xhat0);
    if (trains_tables(model)) {
        mpb_team_run(model->team, model->work.tokens.num_blocks, norm_gradient_rows, model);
        add_to_tables(model);
    }
}
