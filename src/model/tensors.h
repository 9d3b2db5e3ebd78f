#pragma once

/* Where the encoder finds its tensors: offsets into the flat buffers of weights and gradients. */

#include <stddef.h>

#include "mpibert/model/config.h"
#include "mpibert/model/parameters.h"

/* A linear layer (weight (out, in), bias (out)) or a LayerNorm (gamma, beta). */
typedef struct affine {
    size_t weight, bias;
} affine;

typedef struct layer_tensors {
    affine qkv; /* (3H, H), (3H) */
    affine attention_output;
    affine attention_norm;
    affine expand;   /* (F, H), (F) */
    affine contract; /* (H, F), (H) */
    affine output_norm;
} layer_tensors;

typedef struct model_tensors {
    size_t word, position, type; /* type only where the model has token types */
    affine embedding_norm;
    layer_tensors *layers; /* owned, (num_hidden_layers) */
    affine head_dense;
    affine classifier;
} model_tensors;

MPB_MUST_CHECK mpb_status model_tensors_create(const mpb_model_config *config,
                                               const mpb_parameters *parameters,
                                               model_tensors *tensors);
void model_tensors_destroy(model_tensors *tensors);
