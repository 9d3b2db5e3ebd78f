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
 * and keeps what `layer_saved` lists: 10 H floats a token where F = 4 H. gelu(U), y1, x and the
 * dropout masks are made again by backward.
 *
 * A checkpointed layer keeps xhat2 and rstd2 alone. Everything else of it lies where the first
 * layer that is none has its own: that one's forward overwrites it, and once its backward is done,
 * the checkpointed layers below compute theirs again in the same place, one after the other. Their
 * inputs come from xhat2 of the layer below, as those of all layers do.
 */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/gemm.h"
#include "mpibert/model/model.h"
#include "mpibert/nn/kernels.h"
#include "tensors.h"

enum { ROW_BLOCK = 32, COLUMN_SLICE = 64 };

/* Dropout sites of token rows; attention sites number (layer, head) under a key of their
 * own. */
enum { SITE_EMBEDDING = 0, SITE_CLASSIFIER = 1, SITE_FIRST_LAYER = 2, SITES_PER_LAYER = 2 };

/* Up to ROW_BLOCK rows of one sequence: the unit of work over token rows. */
typedef struct row_block {
    size_t sequence;
    size_t row; /* first row in the batch */
    size_t rows;
    uint32_t position; /* of the first row in its sequence */
} row_block;

typedef struct layer_saved {
    float *qkvc; /* (T, 4H): query, key, value, context; backward turns q, k, v into gradients */
    float *lse;  /* (T, heads), each sequence as (heads, length) */
    float *xhat1, *rstd1; /* attention's LayerNorm: (T, H), (T) */
    float *u;             /* (T, F) */
    float *xhat2, *rstd2; /* the layer's last LayerNorm */
} layer_saved;

typedef struct workspace {
    row_block *blocks;
    uint32_t *positions, *types; /* (T) */
    size_t *order;               /* (N): sequences, longest first */
    size_t *length_counts;       /* (max_length + 2) */

    float *xhat0, *rstd0;          /* the embeddings' LayerNorm */
    layer_saved *layers;           /* (num_hidden_layers) */
    size_t activation_bytes;       /* of `layers` */
    float *cls, *pooled, *dropped; /* (N, H): first rows, the head's hidden layer, after dropout */

    float *hidden, *mid, *dhidden; /* scratch (T, H) */
    float *wide;                   /* scratch (T, max(F, 4H)) */
    float *dpooled;                /* scratch (N, H) */
    float *products;               /* scratch of each thread: (threads, mpb_gemm_scratch()) */
    float *attention;              /* scratch of each thread */
    size_t attention_stride;       /* floats */
} workspace;

/* What one forward or backward works on. */
typedef struct pass {
    const mpb_batch *batch;
    size_t num_tokens;
    size_t num_blocks;
    mpb_dropout hidden_dropout, attention_dropout, classifier_dropout;
} pass;

struct mpb_model {
    mpb_model_config config;
    mpb_model_limits limits;
    const mpb_team *team; /* borrowed */
    mpb_gemm_context gemm;
    const mpb_nn *nn;
    mpb_parameters parameters;
    model_tensors tensors;
    float *weights, *gradients; /* owned, (parameters.size) */
    mpb_arena arena;
    workspace work; /* pieces of the arena */
    pass pass;
};

/* Takes all pieces from `arena`; with an arena that only measures, pointers are NULL. */
void workspace_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, int threads,
                       mpb_arena *arena, workspace *work);

/* Checks the batch against the limits (assert) and fills positions, types, blocks and order. */
void batch_plan_make(mpb_model *model, const mpb_batch *batch);

/* linear.c: y (rows, out) = x (rows, in) W^T, without the bias. */
void linear_forward(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                    const float *x, int ldx, float *y, int ldy);
/* dx = dy W + beta dx */
void linear_backward_input(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                           const float *dy, int lddy, float beta, float *dx, int lddx);
/* dW += dy^T x, db += sum over rows of dy */
void linear_backward_weight(const mpb_model *model, affine tensor, size_t rows, int out, int in,
                            const float *dy, int lddy, const float *x, int ldx);

/* normalise.c: what ends a sub-layer, y = LayerNorm(residual + dropout(y + bias)). */
typedef struct sublayer_end {
    mpb_model *model;
    size_t bias; /* of the linear layer before it */
    affine norm;
    uint32_t site;
    mpb_dropout dropout;
    float *xhat, *rstd;
} sublayer_end;

void sublayer_end_forward(const sublayer_end *end, const float *residual, float *y);
/* d: gradient of the output in, of the residual out; dropped: gradient before the dropout. */
void sublayer_end_backward(const sublayer_end *end, float *d, float *dropped);
void norm_backward_params(const mpb_model *model, affine norm, const float *dy, const float *xhat);
void drop_rows(const mpb_model *model, const row_block *block, mpb_dropout dropout, uint32_t site,
               float *x);

/* embeddings.c: hidden = dropout(LayerNorm(word + position + type)) and its gradient from
 * dhidden. */
void embeddings_forward(mpb_model *model);
void embeddings_backward(mpb_model *model);

/* attention_block.c: mid = y1 from hidden; backward takes dy1 in dhidden and leaves dx there. */
void attention_block_forward(mpb_model *model, int layer);
void attention_block_backward(mpb_model *model, int layer);

/* feed_forward.c: U and wide = gelu(U) from mid; hidden = x' from mid; backward takes dx' in dhidden and leaves dy1 there. */
void feed_forward_expand(mpb_model *model, int layer);
void feed_forward_forward(mpb_model *model, int layer);
void feed_forward_backward(mpb_model *model, int layer);

/* hidden = the input of `layer` again. */
void rebuild_layer_input(mpb_model *model, int layer);

/* head.c: logits (N, K) from hidden; backward fills dhidden. */
void head_forward(mpb_model *model, float *logits);
void head_backward(mpb_model *model, const float *dlogits);
