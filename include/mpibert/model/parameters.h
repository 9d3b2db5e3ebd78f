#pragma once

/* The flat parameter space: every tensor's name, shape and place in one float buffer.
 *
 * Tensors that are never trained lie first, then those that are: the trained space, to the end of the
 * buffer, which gradients and optimizer state mirror. What a schedule unfreezes later lies before what
 * is trained earlier, so what is trained in any epoch is one run to the end. Otherwise order is that
 * of the forward pass (embeddings, layers, head), as the table's always is, so backward makes
 * gradients final from the end towards the start. Tensors start on 64-byte boundaries, except that
 * query, key and value of a layer are adjacent and form one (3H, H) matrix and one (3H) bias. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/model/config.h"

enum { MPB_PARAMETER_NAME = 96, MPB_NEVER_TRAINED = -1 };

typedef struct mpb_parameter {
    char name[MPB_PARAMETER_NAME]; /* as transformers names it */
    int num_dims;                  /* 1 or 2 */
    int shape[2];
    size_t offset;            /* floats from the start of the flat buffer */
    size_t count;             /* floats */
    bool decay;               /* weight decay applies: not on biases and LayerNorm */
    bool is_layernorm_weight; /* initialised to one */
    bool is_head;             /* pooler, classifier, ...: may be absent from a pretrained model */
    bool is_base;             /* of transformers' base model: all but the head, BERT's pooler too */
    bool is_words;            /* the word table */
    bool is_lora;             /* A or B of a low-rank adaptation */
    bool is_bottleneck;       /* of a bottleneck adapter */
    bool is_adapted;          /* weight or bias of a layer that has one */
    bool is_feed_forward;     /* of the second half of an encoder layer */
    bool follows;             /* begins where the tensor before it in the table ends */
    bool is_output;           /* of the head's last layer, whose rows are its outputs */
    int layer;                /* encoder layer, -1 embeddings, num_hidden_layers the head */
    int64_t trained_after;    /* epochs that are done before it is trained, or MPB_NEVER_TRAINED */
} mpb_parameter;

typedef struct mpb_parameters {
    mpb_parameter *items; /* owned, (count) */
    size_t count;
    size_t size;        /* floats in the flat buffer, padding included */
    size_t frozen;      /* of these, before the trained space */
    size_t num_encoder; /* values in embeddings, layers and pooler: what `Parameters:` shows */
    size_t num_total;   /* values in all tensors */
} mpb_parameters;

/* Whether it belongs to an adaptation, so that no pretrained model has it. */
static inline bool mpb_parameter_is_added(const mpb_parameter *parameter)
{
    return parameter->is_lora || parameter->is_bottleneck;
}

/* Ordered by what config->trainable and its schedule train. What matches no tensor, or
 * unfreezes nothing, is MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_parameters_create(const mpb_model_config *config,
                                                mpb_parameters *parameters);

/* The trained space as a table of its own: its tensors in the order of `all`, offsets from its start. */
MPB_MUST_CHECK mpb_status mpb_parameters_trained(const mpb_parameters *all,
                                                 mpb_parameters *trained);

/* Floats of the trained space before what is trained when so many epochs are done. */
size_t mpb_parameters_trained_from(const mpb_parameters *trained, int64_t epochs);

void mpb_parameters_destroy(mpb_parameters *parameters);

/* The first layer (-1 the embeddings) of which something is trained at any time. Where it is that of the
 * head, num_hidden_layers, what the layers make of a text never changes. */
int mpb_parameters_lowest_trained(const mpb_parameters *parameters);

/* NULL where there is none of that name. */
const mpb_parameter *mpb_parameters_find(const mpb_parameters *parameters, const char *name);

/* merged (parameter->count) = the tensor of the flat buffer `weights`, with what its low-rank
 * adaptation adds where it is a weight that has one; it may lie where it lay in `weights`. */
void mpb_parameter_merge(const mpb_parameters *parameters, const mpb_lora *lora,
                         const mpb_parameter *parameter, const float *weights, float *merged);

/* Values as BERT initialises one tensor: weights normal(0, initializer_range), biases zero,
 * LayerNorm one and zero; those of adaptations as lora.h and bottleneck.h say. A value depends only
 * on seed, `index` (the tensor's position in the table) and element. */
void mpb_parameter_initialise(const mpb_parameter *parameter, size_t index, float initializer_range,
                              uint64_t seed, float *values);
