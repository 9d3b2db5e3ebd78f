#pragma once

/* Where the encoder finds its tensors: offsets into the flat buffers of weights and gradients. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/model/config.h"
#include "mpibert/model/parameters.h"

enum { MOST_LOW_RANKS = 3 }; /* of one product: query, key and value */

/* The low-rank adaptation of columns [first, first + out) of a linear layer's output. */
typedef struct low_rank {
    size_t down, up; /* A (rank, in), B (out, rank) */
    int first, out;
    uint32_t site; /* of its dropout */
} low_rank;

typedef struct low_ranks {
    int count;
    low_rank items[MOST_LOW_RANKS];
} low_ranks;

/* A linear layer (weight (out, in), bias (out)) or a LayerNorm (gamma, beta). */
typedef struct affine {
    size_t weight, bias;
    low_ranks low;
} affine;

/* The two linear layers of a bottleneck adapter; both 0 where there is none. */
typedef struct bottleneck_tensors {
    affine down; /* (size, H), (size) */
    affine up;   /* (H, size), (H) */
} bottleneck_tensors;

typedef struct layer_tensors {
    affine qkv; /* (3H, H), (3H) */
    affine attention_output;
    bottleneck_tensors attention_adapter;
    affine attention_norm;
    affine expand;   /* (F, H), (F) */
    affine contract; /* (H, F), (H) */
    bottleneck_tensors output_adapter;
    affine output_norm;
} layer_tensors;

/* As far as a head has them. */
typedef struct head_tensors {
    size_t begin;  /* of all of them */
    affine pooler; /* (H, H), (H) */
    affine output; /* (K, H), (K) */
    affine word_dense, word_norm;
    size_t word_bias;
} head_tensors;

typedef struct model_tensors {
    size_t word, position, type; /* type only where the model has token types */
    affine embedding_norm;
    layer_tensors *layers; /* owned, (num_hidden_layers) */
    head_tensors head;
} model_tensors;

MPB_MUST_CHECK mpb_status model_tensors_create(const mpb_model_config *config,
                                               const mpb_parameters *parameters,
                                               model_tensors *tensors);
void model_tensors_destroy(model_tensors *tensors);
