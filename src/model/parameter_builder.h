#pragma once

/* The table of parameters while it is filled, in the order of the forward pass. */

#include "mpibert/model/parameters.h"

typedef struct parameter_builder {
    const mpb_model_config *config;
    const mpb_family_row *family;
    mpb_parameters *table; /* with room for what comes */
    int num_outputs;       /* of the head: K */
    int layer;
    bool is_head;
    bool is_feed_forward;
    bool adjacent;    /* the next tensor follows without alignment */
    size_t num_added; /* values of adaptations so far */
} parameter_builder;

/* NAME SUFFIX (rows, cols); cols 0: (rows) */
void parameters_add(parameter_builder *to, const char *name, const char *suffix, int rows,
                    int cols);
/* NAME.weight (out, in), NAME.bias (out) */
void parameters_add_linear(parameter_builder *to, const char *name, int out, int in);
/* NAME.weight (hidden), NAME.bias (hidden) */
void parameters_add_norm(parameter_builder *to, const char *name, int hidden);
/* NAME.lora_A.weight (rank, in), NAME.lora_B.weight (out, rank), if the run adapts the module; then
 * NAME.weight and NAME.bias, which are there, are marked. */
void parameters_add_lora(parameter_builder *to, const char *name, int out, int in);
/* NAME.adapter_down.0.weight (size, hidden), .bias (size), NAME.adapter_up.weight (hidden, size), .bias
 * (hidden). */
void parameters_add_bottleneck(parameter_builder *to, const char *name);
/* NAME.bias (count) */
void parameters_add_bias(parameter_builder *to, const char *name, int count);
/* The family's dense layer over first rows. */
void parameters_add_pooler(parameter_builder *to);
/* A head's last layer: a linear one of `out` outputs. */
void parameters_add_output(parameter_builder *to, const char *name, int out);

/* parameter_order.c: says when each tensor is trained, and places all of them by it. */
MPB_MUST_CHECK mpb_status parameters_order(const mpb_model_config *config, mpb_parameters *table);
