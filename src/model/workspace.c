#include "model_internal.h"

static float *take_floats(mpb_arena *arena, size_t rows, size_t cols)
{
    return mpb_arena_take(arena, rows * cols * sizeof(float));
}

/* Arrays side by side in rows of `width` floats: number `index` of them. */
static float *part_of(float *rows, size_t width, size_t index)
{
    return rows == NULL ? NULL : rows + index * width;
}

/* One product gives query, key and value of the same rows, so they lie side by side. */
static void share_out_attention(float *qkvc, size_t H, layer_saved *saved)
{
    saved->query = qkvc;
    saved->key = part_of(qkvc, H, 1);
    saved->value = part_of(qkvc, H, 2);
    saved->context = part_of(qkvc, H, 3);
    saved->ld_query = (int)(4 * H);
    saved->ld_key = (int)(4 * H);
}

static void take_attention_of_some(size_t T, size_t R, size_t H, mpb_arena *arena,
                                   layer_saved *saved)
{
    saved->query = take_floats(arena, R, 2 * H);
    saved->context = part_of(saved->query, H, 1);
    saved->key = take_floats(arena, T, 2 * H);
    saved->value = part_of(saved->key, H, 1);
    saved->ld_query = (int)(2 * H);
    saved->ld_key = (int)(2 * H);
}

/* All that is saved of a layer but what its output is made of. */
static void take_inner(const mpb_model_config *config, const mpb_model_limits *limits, bool last,
                       mpb_arena *arena, layer_saved *saved)
{
    const size_t H = (size_t)config->hidden_size;
    const size_t T = limits->max_tokens;
    const size_t R = last ? head_max_rows(limits) : T;

    if (last) {
        take_attention_of_some(T, R, H, arena, saved);
    } else {
        share_out_attention(take_floats(arena, T, 4 * H), H, saved);
    }
    saved->lse = take_floats(arena, R, (size_t)config->num_attention_heads);
    saved->xhat1 = take_floats(arena, R, H);
    saved->rstd1 = take_floats(arena, R, 1);
    saved->u = take_floats(arena, R, (size_t)config->intermediate_size);
}

static void take_output(const mpb_model_config *config, const mpb_model_limits *limits, bool last,
                        mpb_arena *arena, layer_saved *saved)
{
    const size_t R = last ? head_max_rows(limits) : limits->max_tokens;

    saved->xhat2 = take_floats(arena, R, (size_t)config->hidden_size);
    saved->rstd2 = take_floats(arena, R, 1);
}

static layer_saved take_saved(const mpb_model_config *config, const mpb_model_limits *limits,
                              int layer, mpb_arena *arena, const layer_saved *below)
{
    const bool last = layer + 1 == config->num_hidden_layers;
    layer_saved saved = *below;

    if (layer == 0 || layer > limits->checkpointed_layers) {
        take_inner(config, limits, last, arena, &saved);
    }
    take_output(config, limits, last, arena, &saved);
    return saved;
}

/* What all layers share where no backward follows: U comes when the attention's arrays have been
 * read, and nobody reads the LayerNorms' xhat. */
static layer_saved take_passing(const mpb_model_config *config, size_t T, mpb_arena *arena)
{
    const size_t H = (size_t)config->hidden_size;
    const size_t F = (size_t)config->intermediate_size;
    layer_saved saved = {0};

    share_out_attention(take_floats(arena, T, F > 4 * H ? F : 4 * H), H, &saved);
    saved.u = saved.query;
    saved.lse = take_floats(arena, T, (size_t)config->num_attention_heads);
    saved.xhat1 = saved.xhat2 = take_floats(arena, T, H);
    saved.rstd1 = saved.rstd2 = take_floats(arena, T, 1);
    return saved;
}

static void lay_out_layers(const mpb_model_config *config, const mpb_model_limits *limits,
                           mpb_arena *arena, workspace *work)
{
    const size_t before = arena->used;
    const int num_layers = config->num_hidden_layers;
    layer_saved saved = {0};

    work->layers = mpb_arena_take(arena, (size_t)num_layers * sizeof(*work->layers));
    if (!limits->training) {
        saved = take_passing(config, limits->max_tokens, arena);
    }
    for (int layer = 0; layer < num_layers; layer++) {
        if (limits->training) {
            saved = take_saved(config, limits, layer, arena, &saved);
        }
        if (work->layers != NULL) {
            work->layers[layer] = saved;
        }
    }
    work->activation_bytes = arena->used - before;
}

static void lay_out_embeddings(const mpb_model_config *config, const mpb_model_limits *limits,
                               mpb_arena *arena, workspace *work)
{
    if (limits->training) {
        work->xhat0 = take_floats(arena, limits->max_tokens, (size_t)config->hidden_size);
        work->rstd0 = take_floats(arena, limits->max_tokens, 1);
    } else if (work->layers != NULL) {
        work->xhat0 = work->layers[0].xhat1;
        work->rstd0 = work->layers[0].rstd1;
    }
}

static void lay_out_plan(const mpb_model_limits *limits, mpb_arena *arena, workspace *work)
{
    const size_t T = limits->max_tokens;
    const size_t N = limits->max_sequences;
    const size_t R = head_max_rows(limits);

    row_set_lay_out(N, T, T / ROW_BLOCK + N, arena, &work->tokens);
    row_set_lay_out(N, R, R, arena, &work->outputs);
    work->types = mpb_arena_take(arena, T * sizeof(*work->types));
    work->order = mpb_arena_take(arena, N * sizeof(*work->order));
    work->length_counts =
        mpb_arena_take(arena, (limits->max_length + 2) * sizeof(*work->length_counts));
}

static row_groups take_groups(const mpb_model_config *config, size_t T, mpb_arena *arena)
{
    const int largest = config->vocab_size > config->max_position_embeddings
                            ? config->vocab_size
                            : config->max_position_embeddings;
    row_groups groups = {0};

    groups.keys = mpb_arena_take(arena, T * sizeof(*groups.keys));
    groups.begins = mpb_arena_take(arena, (T + 1) * sizeof(*groups.begins));
    groups.order = mpb_arena_take(arena, T * sizeof(*groups.order));
    groups.next = mpb_arena_take(arena, (size_t)largest * sizeof(*groups.next));
    return groups;
}

static void lay_out_scratch(const mpb_model_config *config, const mpb_model_limits *limits,
                            int threads, mpb_arena *arena, workspace *work)
{
    const size_t T = limits->max_tokens;
    const size_t H = (size_t)config->hidden_size;
    const int heads = config->num_attention_heads;
    const size_t attention = mpb_attention_scratch((int)limits->max_length,
                                                   config->hidden_size / heads, limits->training);

    work->hidden = take_floats(arena, T, H);
    work->picked = take_floats(arena, head_max_rows(limits), H);
    work->mid = take_floats(arena, T, H);
    if (limits->training) {
        work->dhidden = take_floats(arena, T, H);
        work->dpooled = take_floats(arena, limits->max_sequences, H);
        work->groups = take_groups(config, T, arena);
    }
    work->products = take_floats(arena, (size_t)threads, mpb_gemm_scratch());
    /* Rounded up to cache lines, so that threads never share one. */
    work->attention_stride = (attention + 15) / 16 * 16;
    work->attention = take_floats(arena, (size_t)threads, work->attention_stride);
}

void workspace_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, int threads,
                       mpb_arena *arena, workspace *work)
{
    const size_t N = limits->max_sequences;
    const size_t H = (size_t)config->hidden_size;

    *work = (workspace){0};
    lay_out_plan(limits, arena, work);
    lay_out_layers(config, limits, arena, work);
    lay_out_embeddings(config, limits, arena, work);
    work->pooled = take_floats(arena, N, H);
    work->dropped = take_floats(arena, N, H);
    lay_out_scratch(config, limits, threads, arena, work);
}
