#pragma once

/* The flat parameter space: every tensor's name, shape and place in one float buffer.
 *
 * Order is that of the forward pass (embeddings, layers, head), so backward makes
 * gradients final from the end towards the start. Tensors start on 64-byte boundaries, except that
 * query, key and value of a layer are adjacent and form one (3H, H) matrix and one (3H) bias.
 * Gradients and optimizer state mirror the buffer: one table serves all. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/model/config.h"

enum { MPB_PARAMETER_NAME = 96 };

typedef struct mpb_parameter {
    char name[MPB_PARAMETER_NAME]; /* as transformers names it */
    int num_dims;                  /* 1 or 2 */
    int shape[2];
    size_t offset;            /* floats from the start of the flat buffer */
    size_t count;             /* floats */
    bool decay;               /* weight decay applies: not on biases and LayerNorm */
    bool is_layernorm_weight; /* initialised to one */
    bool is_head;             /* pooler, classifier, ...: may be absent from a pretrained model */
    bool is_output;           /* of the head's last layer, whose rows are its outputs */
    int layer;                /* encoder layer, -1 embeddings, num_hidden_layers the head */
} mpb_parameter;

typedef struct mpb_parameters {
    mpb_parameter *items; /* owned, (count) */
    size_t count;
    size_t size;        /* floats in the flat buffer, padding included */
    size_t num_encoder; /* values in embeddings, layers and pooler: what `Parameters:` shows */
    size_t num_total;   /* values in all tensors */
} mpb_parameters;

MPB_MUST_CHECK mpb_status mpb_parameters_create(const mpb_model_config *config,
                                                mpb_parameters *parameters);
void mpb_parameters_destroy(mpb_parameters *parameters);

/* NULL where there is none of that name. */
const mpb_parameter *mpb_parameters_find(const mpb_parameters *parameters, const char *name);

/* Values as BERT initialises one tensor: weights normal(0, initializer_range), biases zero,
 * LayerNorm one and zero. A value depends only on seed, `index` (the tensor's position in the
 * table) and element. */
void mpb_parameter_initialise(const mpb_parameter *parameter, size_t index, float initializer_range,
                              uint64_t seed, float *values);
