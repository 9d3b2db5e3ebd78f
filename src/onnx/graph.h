#pragma once

/* An ONNX graph in the making: nodes, tensors that are its constants, inputs and outputs. The
 * first failure (no memory) is kept in `status`; nothing is added after it, so that only who made
 * the graph has to look. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/model/parameters.h"

enum { GRAPH_NAME = MPB_PARAMETER_NAME, GRAPH_MOST_INPUTS = 4, GRAPH_MOST_INTEGERS = 4 };

/* What flows along an edge: the output of a node, an input of the graph, a constant. */
typedef struct graph_value {
    char name[GRAPH_NAME];
} graph_value;

/* A constant, little-endian. */
typedef struct graph_tensor {
    char name[GRAPH_NAME];
    int data_type; /* DATA_TYPE_FLOAT or DATA_TYPE_INT64 */
    int num_dims;
    int64_t dims[2];
    size_t bytes;
    const void *data; /* borrowed; NULL: in `own` */
    unsigned char own[GRAPH_MOST_INTEGERS * sizeof(int64_t)];
} graph_tensor;

typedef struct graph {
    const mpb_parameters *parameters; /* borrowed, like the next */
    const float *weights;
    const char *part;      /* of the model, before the names of the nodes that come next */
    mpb_buffer fields;     /* of GraphProto: nodes, inputs, outputs */
    graph_tensor *tensors; /* owned, (num_tensors) */
    size_t num_tensors, capacity;
    int num_nodes;
    mpb_status status;
} graph;

typedef enum graph_attribute_kind {
    GRAPH_INTEGER,
    GRAPH_REAL,
    GRAPH_INTEGERS
} graph_attribute_kind;

typedef struct graph_attribute {
    const char *name; /* NULL: there is none */
    graph_attribute_kind kind;
    int64_t integer;
    float real;
    int64_t integers[GRAPH_MOST_INTEGERS]; /* all of them */
} graph_attribute;

/* A node of one output. */
typedef struct graph_node {
    const char *op;                               /* of ONNX' own domain */
    const graph_value *inputs[GRAPH_MOST_INPUTS]; /* up to the first NULL */
    graph_attribute attributes[2];
} graph_node;

/* One dimension of an input or output: a size, or the name of one that is free. */
typedef struct graph_dim {
    const char *name;
    int64_t size;
} graph_dim;

graph_value graph_add(graph *to, graph_node node);
graph_value graph_unary(graph *to, const char *op, graph_value x);
graph_value graph_binary(graph *to, const char *op, graph_value a, graph_value b);

/* The parameter of that name. */
graph_value graph_weight(graph *to, const char *name);

/* Constants; one of a name is made once. */
graph_value graph_real(graph *to, const char *name, float value);
graph_value graph_integer(graph *to, const char *name, int64_t value); /* of no dimension */
graph_value graph_integers(graph *to, const char *name, const int64_t *values, int count);

/* Of int64 and of float. */
graph_value graph_input(graph *to, const char *name, const graph_dim *dims, int count);
void graph_output(graph *to, const char *name, graph_value value, const graph_dim *dims, int count);

void graph_clear(graph *made);
