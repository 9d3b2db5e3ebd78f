#include "head.h"

static float *take_floats(mpb_arena *arena, size_t rows, size_t cols)
{
    return mpb_arena_take(arena, rows * cols * sizeof(float));
}

/* Of what is kept for the rows that the head reads, if these are not all of them. */
static size_t rows_of_head(const mpb_model_config *config, const mpb_model_limits *limits)
{
    const head *read_by = head_of(config->head);

    return head_reads_all_rows(read_by) ? 0 : read_by->max_rows(limits);
}

/* Of what is saved: sizes, type of elements, memory. */
typedef struct layout {
    const mpb_model_config *config;
    const mpb_model_limits *limits;
    int lowest; /* layer that has a backward */
    mpb_gemm_type stored;
    mpb_arena *arena;
} layout;

static stored_rows take_stored(const layout *to, size_t rows, size_t cols)
{
    const size_t bytes = rows * cols * mpb_gemm_type_bytes(to->stored);

    return (stored_rows){
        .x = mpb_arena_take(to->arena, bytes), .type = to->stored, .ld = (int)cols};
}

/* One product gives query, key and value of the same rows, so they lie side by side. */
static void share_out_attention(stored_rows qkvc, size_t H, layer_saved *saved)
{
    saved->query = qkvc;
    saved->key = stored_from(qkvc, 0, H);
    saved->value = stored_from(qkvc, 0, 2 * H);
    saved->context = stored_from(qkvc, 0, 3 * H);
}

static void take_attention_of_some(const layout *to, size_t R, layer_saved *saved)
{
    const size_t H = (size_t)to->config->hidden_size;

    saved->query = take_stored(to, R, 2 * H);
    saved->context = stored_from(saved->query, 0, H);
    saved->key = take_stored(to, to->limits->max_tokens, 2 * H);
    saved->value = stored_from(saved->key, 0, H);
}

/* Of an adapter, of R rows: what it reads, and u. */
static bottleneck_saved take_bottleneck(const layout *to, size_t R)
{
    bottleneck_saved saved = {
        .input = take_stored(to, R, (size_t)to->config->hidden_size),
        .u = take_stored(to, R, (size_t)to->config->bottleneck.size),
    };

    if (to->config->bottleneck.kind == MPB_PFEIFFER) {
        saved.rstd = take_floats(to->arena, R, 1);
    }
    return saved;
}

static void take_bottlenecks(const layout *to, size_t R, layer_saved *saved)
{
    if (to->config->bottleneck.kind == MPB_HOULSBY) {
        saved->attention_adapter = take_bottleneck(to, R);
    }
    if (to->config->bottleneck.kind != MPB_NO_BOTTLENECK) {
        saved->output_adapter = take_bottleneck(to, R);
    }
}

/* All that is saved of a layer, of all rows or of some, but what its output is made of. */
static void take_inner(const layout *to, bool some, layer_saved *saved)
{
    const size_t H = (size_t)to->config->hidden_size;
    const size_t T = to->limits->max_tokens;
    const size_t R = some ? rows_of_head(to->config, to->limits) : T;

    if (some) {
        take_attention_of_some(to, R, saved);
    } else {
        share_out_attention(take_stored(to, T, 4 * H), H, saved);
    }
    saved->lse = take_floats(to->arena, R, (size_t)to->config->num_attention_heads);
    saved->xhat1 = take_stored(to, R, H);
    saved->rstd1 = take_floats(to->arena, R, 1);
    saved->u = take_stored(to, R, (size_t)to->config->intermediate_size);
    take_bottlenecks(to, R, saved);
}

static void take_output(const layout *to, bool some, layer_saved *saved)
{
    const size_t R = some ? rows_of_head(to->config, to->limits) : to->limits->max_tokens;

    saved->xhat2 = take_stored(to, R, (size_t)to->config->hidden_size);
    saved->rstd2 = take_floats(to->arena, R, 1);
}

/* Layers up to the last checkpointed one, or up to the first that has a backward, share one set; and
 * of those without a backward only the last keeps its output. */
static layer_saved take_saved(const layout *to, int layer, const layer_saved *below)
{
    const bool some = layer + 1 == to->config->num_hidden_layers &&
                      !head_reads_all_rows(head_of(to->config->head));
    layer_saved saved = *below;

    if (layer == 0 || (layer > to->limits->checkpointed_layers && layer > to->lowest)) {
        take_inner(to, some, &saved);
    }
    if (layer == 0 || layer + 1 >= to->lowest) {
        take_output(to, some, &saved);
    }
    return saved;
}

/* What all layers share where no backward follows: U comes when the attention's arrays have been
 * read, and nobody reads the LayerNorms' xhat. */
static layer_saved take_passing(const layout *to)
{
    const size_t T = to->limits->max_tokens;
    const size_t H = (size_t)to->config->hidden_size;
    const size_t F = (size_t)to->config->intermediate_size;
    const stored_rows widest = take_stored(to, T, F > 4 * H ? F : 4 * H);
    layer_saved saved = {.u = widest};

    saved.u.ld = (int)F;
    share_out_attention(widest, H, &saved);
    saved.lse = take_floats(to->arena, T, (size_t)to->config->num_attention_heads);
    saved.xhat1 = saved.xhat2 = take_stored(to, T, H);
    saved.rstd1 = saved.rstd2 = take_floats(to->arena, T, 1);
    if (to->config->bottleneck.kind != MPB_NO_BOTTLENECK) {
        saved.output_adapter.u = take_stored(to, T, (size_t)to->config->bottleneck.size);
        saved.attention_adapter = saved.output_adapter;
    }
    if (to->config->bottleneck.kind == MPB_PFEIFFER) {
        saved.output_adapter.input = saved.xhat1;
        saved.output_adapter.rstd = saved.rstd1;
    }
    return saved;
}

static void lay_out_layers(const layout *to, workspace *work)
{
    const size_t before = to->arena->used;
    const int num_layers = to->config->num_hidden_layers;
    const bool passing = !to->limits->training || to->lowest == num_layers;
    layer_saved saved = {0};

    work->layers = mpb_arena_take(to->arena, (size_t)num_layers * sizeof(*work->layers));
    if (passing) {
        saved = take_passing(to);
    }
    for (int layer = 0; layer < num_layers; layer++) {
        if (!passing) {
            saved = take_saved(to, layer, &saved);
        }
        if (work->layers != NULL) {
            work->layers[layer] = saved;
        }
    }
    work->activation_bytes = to->arena->used - before;
}

static void lay_out_embeddings(const layout *to, workspace *work)
{
    const size_t T = to->limits->max_tokens;

    if (to->limits->training && to->lowest <= 0) {
        work->xhat0 = take_stored(to, T, (size_t)to->config->hidden_size);
        work->rstd0 = take_floats(to->arena, T, 1);
    } else if (work->layers != NULL) {
        work->xhat0 = work->layers[0].xhat1;
        work->rstd0 = work->layers[0].rstd1;
    }
}

static void lay_out_plan(const mpb_model_config *config, const mpb_model_limits *limits,
                         mpb_arena *arena, workspace *work)
{
    const size_t T = limits->max_tokens;
    const size_t N = limits->max_sequences;
    const size_t R = rows_of_head(config, limits);

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
    work->picked = take_floats(arena, rows_of_head(config, limits), H);
    work->mid = take_floats(arena, T, H);
    if (limits->training) {
        work->dhidden = take_floats(arena, T, H);
        work->groups = take_groups(config, T, arena);
    }
    work->products = take_floats(arena, (size_t)threads, mpb_gemm_scratch());
    /* Rounded up to cache lines, so that threads never share one. */
    work->attention_stride = (attention + 15) / 16 * 16;
    work->attention = take_floats(arena, (size_t)threads, work->attention_stride);
    if (config->lora != NULL && config->lora->rank > 0) {
        const size_t rank = (size_t)config->lora->rank;

        work->low.widest = config->intermediate_size > config->hidden_size
                               ? config->intermediate_size
                               : config->hidden_size;
        work->low.rows = take_floats(arena, MOST_LOW_RANKS * T, rank);
        work->low.turned = take_floats(arena, MOST_LOW_RANKS * rank, (size_t)work->low.widest);
    }
}

void workspace_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, int lowest,
                       int threads, mpb_gemm_type stored, mpb_arena *arena, workspace *work)
{
    const layout to = {
        .config = config, .limits = limits, .lowest = lowest, .stored = stored, .arena = arena};

    *work = (workspace){0};
    lay_out_plan(config, limits, arena, work);
    lay_out_layers(&to, work);
    lay_out_embeddings(&to, work);
    head_of(config->head)
        ->lay_out(config, limits, (size_t)mpb_head_width(config), arena, &work->head);
    lay_out_scratch(config, limits, threads, arena, work);
}
