#pragma once

/* An encoder and its head as nodes of a graph. N sequences of S tokens each; most nodes see N S
 * rows. */

#include "graph.h"
#include "mpibert/onnx/onnx.h"

typedef struct network {
    graph *graph;
    const mpb_onnx_content *content;
    const mpb_model_config *config;
    const mpb_family_row *family;
    graph_value ids, mask, types; /* (N, S) */
    graph_value length;           /* (1): S */
    graph_value choices;          /* (2): batch_size, num_choices, of multiple choice */
    graph_value mask_bias;        /* (N, 1, 1, S): 0 of tokens, the lowest float of padding */
    graph_value heads_shape;      /* (4): N, S, heads, D */
    graph_value rows_shape;       /* (2): N S, H */
} network;

/* layers.c: x W^T + b of rows (R, in); `module` names the layer, without ".weight". */
graph_value network_linear(network *net, const char *module, graph_value x);
/* Likewise with these names. */
graph_value network_linear_by(network *net, const char *weight, const char *bias, graph_value x);
graph_value network_norm(network *net, const char *module, graph_value x);
graph_value network_gelu(network *net, graph_value x);
graph_value network_relu(network *net, graph_value x);
graph_value network_silu(network *net, graph_value x);

/* Of (N, S) with `rest` (count) behind them, a constant that is called `name`. */
graph_value network_shape(network *net, const char *name, const int64_t *rest, int count);
/* (N, S, width) of rows (N S, width). */
graph_value network_by_sequence(network *net, graph_value rows, int width);

/* inputs.c: the graph's inputs. */
void network_inputs(network *net);
/* The dimensions of inputs are those of an output, too: (batch_size, sequence_length, width), the
 * last unless it is 0; and of choices (batch_size, num_choices). */
void network_output_by_token(network *net, const char *name, graph_value value, int width);
void network_output_by_text(network *net, const char *name, graph_value value, int width);
/* scores (N, 1) */
void network_output_choices(network *net, const char *name, graph_value scores);

/* encoder.c: rows (N S, H) of the last layer. */
graph_value network_encoder(network *net);

/* heads.c: from these rows to the graph's outputs. */
void network_head(network *net, graph_value rows);
