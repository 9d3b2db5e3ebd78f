/* The last layer, which computes output rows only, against a layer that computes all rows. */

#include "head.h"
#include "tiny.h"

typedef void choose_fn(const mpb_batch *batch, row_set *rows);

static void add_row(size_t sequence, uint32_t position, row_set *rows)
{
    rows->positions[rows->num_rows++] = position;
    rows->offsets[sequence + 1] = rows->num_rows;
}

/* As masked tokens would be: none of some sequences, neighbours and single rows of others. */
static void choose_scattered(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = 0;
    for (size_t s = 0; s <= batch->num_sequences; s++) {
        rows->offsets[s] = 0;
    }
    add_row(1, 1, rows);
    add_row(1, 32, rows);
    for (uint32_t i = 20; i < 60; i++) {
        add_row(2, i, rows);
    }
    rows->offsets[4] = rows->num_rows;
    add_row(4, 0, rows);
    add_row(4, 31, rows);
}

/* The first `layers` layers under the fixed draw. */
static void encode(tiny *t, int layers, choose_fn *choose)
{
    mpb_model *model = t->model;
    float logits[TINY_LOGITS];

    tiny_forward(model, &t->batch, &TINY_DRAW, logits, NULL); /* fills the plan of the batch */
    choose(&t->batch, &model->work.outputs);
    row_set_fill_blocks(t->batch.num_sequences, &model->work.outputs);
    embeddings_forward(model);
    for (int layer = 0; layer < layers; layer++) {
        attention_block_forward(model, layer);
        feed_forward_forward(model, layer);
    }
}

static void encode_backward(tiny *t, int layers)
{
    mpb_model_zero_gradients(t->model);
    t->model->pass.weight_beta = 0.0f;
    t->model->summed = true;
    for (int layer = layers - 1; layer >= 0; layer--) {
        feed_forward_backward(t->model, layer);
        attention_block_backward(t->model, layer);
    }
    embeddings_backward(t->model);
}

/* Where row `row` of the output rows is among all tokens. */
static size_t token_row(const tiny *t, const row_set *rows, size_t row)
{
    size_t sequence = 0;

    while (row >= rows->offsets[sequence + 1]) {
        sequence++;
    }
    return t->offsets[sequence] + rows->positions[row];
}

/* Room for as many output rows as there may be tokens. */
static void open(tiny *t, mpb_family family, int layers, int threads)
{
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_TOKENS,
                                     .max_length = TINY_LENGTH,
                                     .training = true};
    mpb_model_config config = tiny_config(family);

    config.num_hidden_layers = layers;
    tiny_open_with(t, &config, &limits, tiny_best(threads));
}

/* Compares the rows bit for bit and gives both models the same gradient of them, 0 elsewhere. */
static void compare_rows(tiny *some, tiny *all)
{
    const row_set *rows = &some->model->work.outputs;
    const size_t H = (size_t)some->model->config.hidden_size;

    CHECK(rows->num_rows > 0);
    memset(all->model->work.dhidden, 0, TINY_TOKENS * H * sizeof(float));
    for (size_t row = 0; row < rows->num_rows; row++) {
        const size_t token = token_row(all, rows, row);
        float *d = some->model->work.dhidden + row * H;

        CHECK(memcmp(some->model->work.hidden + row * H, all->model->work.hidden + token * H,
                     H * sizeof(float)) == 0);
        for (size_t i = 0; i < H; i++) {
            d[i] = test_value((unsigned)row, (unsigned)i);
        }
        memcpy(all->model->work.dhidden + token * H, d, H * sizeof(float));
    }
}

/* A layer that is not the last computes all rows: a deeper model, with the same weights so far,
 * tells what a last layer should give. Its gradients are sums over more terms, all the further ones
 * 0, in another order, which is rounding. */
static void check_rows(mpb_family family, int layers, int threads, choose_fn *choose)
{
    tiny all, some;

    open(&all, family, layers + 1, 1);
    open(&some, family, layers, threads);
    encode(&all, layers, choose);
    encode(&some, layers, choose);
    compare_rows(&some, &all);
    encode_backward(&all, layers);
    encode_backward(&some, layers);
    tiny_check_close(all.model->tensors.layers[layers].qkv.weight, mpb_model_gradients(some.model),
                     mpb_model_gradients(all.model), 1e-6);
    tiny_close(&all);
    tiny_close(&some);
}

static void output_rows_are_those_of_the_whole_layer(mpb_family family)
{
    for (int layers = 1; layers <= 3; layers++) {
        for (int threads = 1; threads <= 3; threads++) {
            check_rows(family, layers, threads, head_of(MPB_HEAD_SEQUENCE)->choose_rows);
            check_rows(family, layers, threads, choose_scattered);
        }
    }
}

/* Of one layer, which is the last, T tokens keep 2 H floats each. */
static void last_layer_keeps_keys_and_values_of_all_tokens_only(void)
{
    mpb_model_limits limits = {
        .max_tokens = 1024, .max_sequences = 16, .max_length = 64, .training = true};
    mpb_model_config config = tiny_config(MPB_BERT);
    mpb_model_sizes few;
    mpb_model_sizes many;

    config.hidden_size = 64;
    config.intermediate_size = 256;
    config.num_hidden_layers = 1;
    CHECK_OK(mpb_model_measure(&config, &limits, 1, MPB_GEMM_F32, &few));
    limits.max_tokens = 2048;
    CHECK_OK(mpb_model_measure(&config, &limits, 1, MPB_GEMM_F32, &many));
    CHECK(many.activations - few.activations == 1024 * 2 * 64 * sizeof(float));
}

int main(void)
{
    output_rows_are_those_of_the_whole_layer(MPB_BERT);
    output_rows_are_those_of_the_whole_layer(MPB_DISTILBERT);
    last_layer_keeps_keys_and_values_of_all_tokens_only();
    return 0;
}
