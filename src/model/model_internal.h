#pragma once

/* The model's memory and one pass over it, shared by the files of this module.
 *
 * Arrays of T token rows are (T, H) unless said; N counts sequences. A layer computes
 *
 *     C  = attention(x Wqkv^T + b)
 *     y1 = LayerNorm(x + dropout(C Wo^T + bo))
 *     U  = y1 W1^T + b1
 *     x' = LayerNorm(y1 + dropout(gelu(U) W2^T + b2))
 *
 * (sublayer_end.h says where bottleneck adapters stand)
 *
 * and keeps what `layer_saved` lists: 10 H elements a token where F = 4 H, floats or bf16 as the
 * factors of products are. gelu(U), y1, x and the dropout masks are made again by backward. Forward
 * goes on from what a LayerNorm's xhat was rounded to, so that what is made again is the same. The
 * last layer takes keys and values from all tokens and computes the rest for its output rows only,
 * those that the head reads: nothing depends on the others, so their gradients are 0.
 *
 * A checkpointed layer keeps xhat2 and rstd2 alone. Everything else of it lies where the first
 * layer that is none has its own: that one's forward overwrites it, and once its backward is done,
 * the checkpointed layers below compute theirs again in the same place, one after the other. Their
 * inputs come from xhat2 of the layer below, as those of all layers do.
 *
 * Layers below the first one of which something is trained have no backward: they compute in that
 * same place, and of the last of them alone xhat2 stays.
 */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/gemm.h"
#include "mpibert/model/model.h"
#include "mpibert/nn/kernels.h"
#include "stored.h"
#include "tensors.h"
#include "trained_parts.h"

enum { ROW_BLOCK = 32, COLUMN_SLICE = 64 };

/* Dropout sites of token rows; attention sites number (layer, head) under a key of their
 * own. */
enum { SITE_EMBEDDING = 0, SITE_HEAD = 1, SITE_FIRST_LAYER = 2, SITES_PER_LAYER = 2 };

/* Up to ROW_BLOCK neighbours of one sequence: the unit of work over token rows. */
typedef struct row_block {
    size_t sequence;
    size_t row; /* number of the first one in the row set */
    size_t rows;
    uint32_t position; /* of the first one in its sequence */
} row_block;

/* Rows of the batch, by sequences, then positions: R of them. Arrays of (R, ...) hold them without
 * gaps. */
typedef struct row_set {
    size_t num_rows, num_blocks;
    size_t *offsets;     /* (N + 1): where the rows of each sequence begin */
    uint32_t *positions; /* (R): in their sequences */
    row_block *blocks;
} row_set;

/* Of a bottleneck adapter that reads z, R rows. Backward turns u into its gradient. */
typedef struct bottleneck_saved {
    stored_rows
        input;     /* (R, H): z, or its xhat where a LayerNorm gives it; none of z in inference */
    float *rstd;   /* (R): of that LayerNorm */
    stored_rows u; /* (R, size): z W1^T + b1 */
} bottleneck_saved;

/* Of a layer that computes R rows. Backward turns query, key and value into their gradients. */
typedef struct layer_saved {
    stored_rows query, context; /* (R, H) */
    stored_rows key, value;     /* (T, H) */
    stored_rows xhat1, xhat2;   /* (R, H): of attention's LayerNorm and of the layer's last one */
    stored_rows u;              /* (R, F) */
    float *rstd1, *rstd2;       /* (R) */
    float *lse;                 /* (R, heads), each sequence as (heads, its rows) */
    bottleneck_saved attention_adapter, output_adapter; /* where there are such */
} layer_saved;

/* Token rows grouped by the row of a table that they take: those of row keys[g] are
 * order[begins[g]] to order[begins[g + 1] - 1], in the order of the batch. */
typedef struct row_groups {
    size_t count;
    uint32_t *keys;   /* (T), ascending */
    uint32_t *begins; /* (T + 1) */
    uint32_t *order;  /* (T) */
    uint32_t *next;   /* scratch (rows of the largest table) */
} row_groups;

/* What a head works with, as far as it needs it: R rows that it reads, N first rows of sequences. */
typedef struct head_memory {
    float *outputs;          /* (R, K), or a block of them; then their gradient */
    float *pooled, *dropped; /* (N, H): the hidden layer over first rows, and after dropout */
    float *dpooled;          /* scratch (N, H) */
    float *u, *xhat, *rstd;  /* (R, H), (R, H), (R): before the GELU of words, their LayerNorm */
    float *words, *first;    /* (R, H), (N, H): rows where a head reads both kinds */
    float *follows;          /* (N, 2): whether second texts follow; then the gradient */
} head_memory;

typedef struct workspace {
    row_set tokens;        /* all rows */
    row_set outputs;       /* those that the head reads */
    uint32_t *types;       /* (T) */
    size_t *order;         /* (N): sequences, longest first */
    size_t *length_counts; /* (max_length + 2) */

    stored_rows xhat0; /* (T, H): of the embeddings' LayerNorm */
    float *rstd0;
    layer_saved *layers;     /* (num_hidden_layers); without training all share one set */
    size_t activation_bytes; /* of `layers` */
    head_memory head;

    float *hidden, *mid, *dhidden; /* scratch (T, H) */
    float *picked;                 /* scratch (R, H) for the output rows */
    row_groups groups;             /* of one table at a time */
    float *products;               /* scratch of each thread: (threads, mpb_gemm_scratch()) */
    float *attention;              /* scratch of each thread */
    size_t attention_stride;       /* floats */
    struct {
        float *rows;   /* scratch (MOST_LOW_RANKS, T, rank) */
        float *turned; /* scratch (MOST_LOW_RANKS, rank, widest) */
        int widest;    /* of the layers' outputs */
    } low;             /* of low-rank adaptations */
} workspace;

/* A bottleneck adapter in one place of the model. */
typedef struct bottleneck {
    mpb_bottleneck_kind kind; /* MPB_NO_BOTTLENECK: there is none */
    bottleneck_tensors tensors;
    bottleneck_saved saved;
} bottleneck;

/* What one forward or backward works on. */
typedef struct pass {
    const mpb_batch *batch;
    mpb_dropout hidden_dropout, attention_dropout, head_dropout, low_rank_dropout;
    float weight_beta;         /* of gradients of matrices: 0 in the first backward of a sum */
    mpb_take_outputs_fn *take; /* of the outputs */
    void *take_context;
    bool graded; /* their gradient is back */
} pass;

struct mpb_model {
    mpb_model_config config;
    const struct head *head;
    mpb_model_limits limits;
    const mpb_team *team; /* borrowed */
    mpb_gemm_context gemm;
    const mpb_nn *nn;
    mpb_parameters parameters;
    mpb_parameters trained; /* the trained space */
    trained_parts parts;    /* what of it is trained in this epoch */
    bool frozen_layers;     /* a model that trains, without its embeddings and layers */
    model_tensors tensors;
    float *weights;      /* owned, (parameters.size) */
    float *gradients;    /* owned, (trained.size) */
    bool summed;         /* otherwise gradients of matrices count as 0, whatever is there */
    mpb_word_rows words; /* that have gradients */
    mpb_weights_needed_fn *needed; /* NULL: nobody */
    void *needed_context;
    mpb_arena arena;
    workspace work; /* pieces of the arena */
    pass pass;
};

/* The gradient of the weight at `offset` of the flat buffer, NULL where it is not trained. */
static inline float *gradient_at(const mpb_model *model, size_t offset)
{
    const size_t first = model->parameters.frozen + model->parts.from;

    return offset < first ? NULL : model->gradients + (offset - model->parameters.frozen);
}

/* Whether backward goes on below `part`. */
static inline bool trains_below(const mpb_model *model, size_t part)
{
    return model->parts.lowest < part;
}

/* Takes all pieces from `arena`; with an arena that only measures, pointers are NULL. Layers before
 * `lowest` (mpb_parameters_lowest_trained) keep nothing for a backward. */
void workspace_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, int lowest,
                       int threads, mpb_gemm_type stored, mpb_arena *arena, workspace *work);

/* Checks the batch against the limits (assert) and fills row sets, types and order. */
void batch_plan_make(mpb_model *model, const mpb_batch *batch);

/* row_groups.c: row t of num_rows takes row keys[t] of a table of num_keys. Allocates nothing. */
void row_groups_make(row_groups *groups, const uint32_t *keys, size_t num_rows, size_t num_keys);

/* row_set.c: takes memory for up to max_rows rows in max_blocks blocks. */
void row_set_lay_out(size_t max_sequences, size_t max_rows, size_t max_blocks, mpb_arena *arena,
                     row_set *rows);
/* Blocks, from offsets and positions. */
void row_set_fill_blocks(size_t num_sequences, row_set *rows);
/* What `layer` computes: of the last one, the rows that the head reads. */
const row_set *row_set_of_layer(const mpb_model *model, int layer);
/* Of x (T, H), the rows of the set: some (R, H) = x, and x += some. */
void row_set_gather(const mpb_model *model, const row_set *rows, const float *x, float *some);
void row_set_add(const mpb_model *model, const row_set *rows, const float *some, float *x);

/* linear.c: what a linear layer reads, `rows` or what is made of them on the way. */
typedef struct linear_input {
    const void *rows;
    mpb_gemm_type type;
    int ld;
    mpb_gemm_prologue made;
    const row_set *of; /* the places of the rows, where a low-rank adaptation draws by them */
} linear_input;

linear_input plain_input(const float *x, int ld);
linear_input stored_input(stored_rows x);
linear_input placed(linear_input rows, const row_set *of);

/* y (rows, out) = x (rows, in) W^T + b */
void linear_forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    linear_input x, stored_rows y);
/* y (rows, out) += x W^T + b */
void linear_forward_add(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                        linear_input x, float *y);
/* dx = dy W + beta dx */
void linear_backward_input(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                           linear_input dy, float beta, float *dx, int lddx);
/* dx = dy W, which only `take` sees. */
void linear_backward_through(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                             linear_input dy, mpb_gemm_epilogue take);
/* dW += dy^T x, db += sum over rows of dy, which is plain or stored; neither where it is frozen */
void linear_backward_weight(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                            linear_input dy, linear_input x);
/* The same for a layer whose weight is the word table (V, H), from dy (rows, V) and x (rows, H):
 * adds to the gradients of the words, wherever those of this sum are. */
void linear_backward_words(const mpb_model *model, affine tensor, size_t rows, const float *dy,
                           const float *x);

/* normalise.c: of one LayerNorm, some rows without gaps: x becomes its output, and xhat is saved. */
void norm_forward(const mpb_model *model, affine norm, size_t rows, float *x, stored_rows xhat,
                  float *rstd);
/* y = the same output again */
void norm_rebuild(const mpb_model *model, affine norm, size_t rows, stored_rows xhat, float *y);
/* d: gradient of the output in, of x out; memory: scratch of its size. */
void norm_backward(const mpb_model *model, affine norm, size_t rows, stored_rows xhat,
                   const float *rstd, float *d, float *memory);
/* On all threads; of what is trained. */
void norm_backward_params(const mpb_model *model, affine norm, size_t rows, const float *dy,
                          stored_rows xhat);

/* The output of a LayerNorm again, made of its xhat (rows, H) on the way into a product. */
typedef struct norm_output {
    const mpb_model *model;
    affine norm;
    stored_rows xhat;
} norm_output;

linear_input norm_output_input(norm_output *output);
void drop_rows(const mpb_model *model, const row_block *block, mpb_dropout dropout, uint32_t site,
               float *x);

/* embeddings.c: hidden = dropout(LayerNorm(word + position + type)) and its gradient from
 * dhidden. */
void embeddings_forward(mpb_model *model);
void embeddings_backward(mpb_model *model);

/* projection.c: query, key and value of `layer` from hidden (T, H); gives the residual (R, H), the
 * layer's rows of hidden. Backward takes the gradients in place of query, key and value and that of
 * the residual in dhidden, and leaves that of hidden there; hidden is scratch. */
float *projection_forward(mpb_model *model, int layer);
void projection_backward(mpb_model *model, int layer);

/* attention_block.c: mid (R, H) = y1 from hidden (T, H); backward takes dy1 (R, H) in dhidden and
 * leaves dx (T, H) there. */
void attention_block_forward(mpb_model *model, int layer);
void attention_block_backward(mpb_model *model, int layer);

/* feed_forward.c: hidden (R, H) = x' from mid, which is lost; the same as far as backward reads what
 * it leaves; backward takes dx' in dhidden and leaves dy1 there. */
void feed_forward_forward(mpb_model *model, int layer);
void feed_forward_again(mpb_model *model, int layer);
void feed_forward_backward(mpb_model *model, int layer);

/* hidden (T, H) = the input of `layer` again. */
void rebuild_layer_input(mpb_model *model, int layer);
