#include "graph.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "protobuf.h"

static mpb_status write_attribute_value(const graph_attribute *attribute, mpb_buffer *to)
{
    switch (attribute->kind) {
    case GRAPH_REAL:
        MPB_TRY(protobuf_float(to, ATTRIBUTE_F, attribute->real));
        return protobuf_integer(to, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_FLOAT);
    case GRAPH_INTEGERS:
        for (size_t i = 0; i < GRAPH_MOST_INTEGERS; i++) {
            MPB_TRY(protobuf_integer(to, ATTRIBUTE_INTS, attribute->integers[i]));
        }
        return protobuf_integer(to, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INTS);
    default:
        MPB_TRY(protobuf_integer(to, ATTRIBUTE_I, attribute->integer));
        return protobuf_integer(to, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT);
    }
}

static mpb_status write_attribute(const graph_attribute *attribute, mpb_buffer *node)
{
    mpb_buffer text = {0};
    mpb_status status = protobuf_text(&text, ATTRIBUTE_NAME, attribute->name);

    if (status == MPB_OK) {
        status = write_attribute_value(attribute, &text);
    }
    if (status != MPB_OK) {
        mpb_buffer_clear(&text);
        return status;
    }
    return protobuf_message(node, NODE_ATTRIBUTE, &text);
}

static mpb_status write_node(const graph_node *node, const char *name, mpb_buffer *to)
{
    const size_t most_attributes = sizeof(node->attributes) / sizeof(node->attributes[0]);

    for (size_t i = 0; i < GRAPH_MOST_INPUTS && node->inputs[i] != NULL; i++) {
        MPB_TRY(protobuf_text(to, NODE_INPUT, node->inputs[i]->name));
    }
    MPB_TRY(protobuf_text(to, NODE_OUTPUT, name));
    MPB_TRY(protobuf_text(to, NODE_NAME, name));
    MPB_TRY(protobuf_text(to, NODE_OP_TYPE, node->op));
    for (size_t i = 0; i < most_attributes && node->attributes[i].name != NULL; i++) {
        MPB_TRY(write_attribute(&node->attributes[i], to));
    }
    return MPB_OK;
}

/* A message becomes a field of the graph, if `status` says that it is whole. */
static void keep_field(graph *to, int field, mpb_buffer *message, mpb_status status)
{
    if (status == MPB_OK) {
        status = protobuf_message(&to->fields, field, message);
    }
    mpb_buffer_clear(message);
    to->status = status;
}

static void add_named(graph *to, const graph_node *node, const char *name)
{
    mpb_buffer message = {0};

    if (to->status == MPB_OK) {
        keep_field(to, GRAPH_FIELD_NODE, &message, write_node(node, name, &message));
    }
}

graph_value graph_add(graph *to, graph_node node)
{
    graph_value made;

    snprintf(made.name, sizeof(made.name), "%s/%s_%d", to->part, node.op, to->num_nodes++);
    add_named(to, &node, made.name);
    return made;
}

graph_value graph_unary(graph *to, const char *op, graph_value x)
{
    return graph_add(to, (graph_node){.op = op, .inputs = {&x}});
}

graph_value graph_binary(graph *to, const char *op, graph_value a, graph_value b)
{
    return graph_add(to, (graph_node){.op = op, .inputs = {&a, &b}});
}

static bool has_tensor(const graph *of, const char *name)
{
    for (size_t i = 0; i < of->num_tensors; i++) {
        if (strcmp(of->tensors[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static mpb_status make_room(graph *to)
{
    const size_t capacity = to->capacity == 0 ? 64 : 2 * to->capacity;
    graph_tensor *grown;

    if (to->num_tensors < to->capacity) {
        return MPB_OK;
    }
    grown = realloc(to->tensors, capacity * sizeof(*grown));
    MPB_REQUIRE(grown != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu tensors", capacity);
    to->tensors = grown;
    to->capacity = capacity;
    return MPB_OK;
}

static graph_value add_tensor(graph *to, const graph_tensor *tensor)
{
    graph_value made;

    memcpy(made.name, tensor->name, sizeof(made.name));
    if (to->status == MPB_OK && !has_tensor(to, tensor->name)) {
        to->status = make_room(to);
        if (to->status == MPB_OK) {
            to->tensors[to->num_tensors++] = *tensor;
        }
    }
    return made;
}

graph_value graph_weight(graph *to, const char *name)
{
    const mpb_parameter *parameter = mpb_parameters_find(to->parameters, name);
    graph_tensor tensor = {.data_type = DATA_TYPE_FLOAT};

    assert(parameter != NULL);
    snprintf(tensor.name, sizeof(tensor.name), "%s", name);
    tensor.num_dims = parameter->num_dims;
    tensor.dims[0] = parameter->shape[0];
    tensor.dims[1] = parameter->shape[1];
    tensor.bytes = parameter->count * sizeof(float);
    tensor.data = to->weights + parameter->offset;
    return add_tensor(to, &tensor);
}

static graph_value add_own(graph *to, graph_tensor tensor, const char *name, const void *values)
{
    snprintf(tensor.name, sizeof(tensor.name), "%s", name);
    memcpy(tensor.own, values, tensor.bytes);
    return add_tensor(to, &tensor);
}

graph_value graph_real(graph *to, const char *name, float value)
{
    return add_own(to, (graph_tensor){.data_type = DATA_TYPE_FLOAT, .bytes = sizeof(value)}, name,
                   &value);
}

graph_value graph_integer(graph *to, const char *name, int64_t value)
{
    return add_own(to, (graph_tensor){.data_type = DATA_TYPE_INT64, .bytes = sizeof(value)}, name,
                   &value);
}

graph_value graph_integers(graph *to, const char *name, const int64_t *values, int count)
{
    return add_own(to,
                   (graph_tensor){.data_type = DATA_TYPE_INT64,
                                  .num_dims = 1,
                                  .dims = {count},
                                  .bytes = (size_t)count * sizeof(*values)},
                   name, values);
}

static mpb_status write_dim(const graph_dim *dim, mpb_buffer *shape)
{
    mpb_buffer text = {0};
    const mpb_status status = dim->name != NULL ? protobuf_text(&text, DIM_PARAM, dim->name)
                                                : protobuf_integer(&text, DIM_VALUE, dim->size);

    if (status != MPB_OK) {
        mpb_buffer_clear(&text);
        return status;
    }
    return protobuf_message(shape, SHAPE_DIM, &text);
}

/* ValueInfoProto { name, type { tensor_type { elem_type, shape { dim, ... } } } } */
static mpb_status write_info(const char *name, int data_type, const graph_dim *dims, int count,
                             mpb_buffer parts[4])
{
    mpb_buffer *info = &parts[0];
    mpb_buffer *type = &parts[1];
    mpb_buffer *tensor = &parts[2];
    mpb_buffer *shape = &parts[3];

    for (int i = 0; i < count; i++) {
        MPB_TRY(write_dim(&dims[i], shape));
    }
    MPB_TRY(protobuf_integer(tensor, TENSOR_TYPE_ELEM, data_type));
    MPB_TRY(protobuf_message(tensor, TENSOR_TYPE_SHAPE, shape));
    MPB_TRY(protobuf_message(type, TYPE_TENSOR, tensor));
    MPB_TRY(protobuf_text(info, VALUE_INFO_NAME, name));
    return protobuf_message(info, VALUE_INFO_TYPE, type);
}

static void add_info(graph *to, int field, const char *name, int data_type, const graph_dim *dims,
                     int count)
{
    mpb_buffer parts[4] = {0};

    if (to->status == MPB_OK) {
        keep_field(to, field, &parts[0], write_info(name, data_type, dims, count, parts));
    }
    for (int i = 0; i < 4; i++) {
        mpb_buffer_clear(&parts[i]);
    }
}

graph_value graph_input(graph *to, const char *name, const graph_dim *dims, int count)
{
    graph_value made;

    snprintf(made.name, sizeof(made.name), "%s", name);
    add_info(to, GRAPH_FIELD_INPUT, name, DATA_TYPE_INT64, dims, count);
    return made;
}

void graph_output(graph *to, const char *name, graph_value value, const graph_dim *dims, int count)
{
    const graph_node identity = {.op = "Identity", .inputs = {&value}};

    add_named(to, &identity, name);
    add_info(to, GRAPH_FIELD_OUTPUT, name, DATA_TYPE_FLOAT, dims, count);
}

void graph_clear(graph *made)
{
    mpb_buffer_clear(&made->fields);
    free(made->tensors);
    *made = (graph){0};
}
