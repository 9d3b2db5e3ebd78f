#include <float.h>

#include "fields.h"
#include "network.h"

static const graph_dim BATCH = {.name = "batch_size"};
static const graph_dim CHOICES = {.name = "num_choices"};
static const graph_dim LENGTH = {.name = "sequence_length"};

static bool has_choices(const network *net)
{
    return net->content->has_head && net->config->head == MPB_HEAD_CHOICE;
}

/* (N, S), of choices from (batch_size, num_choices, S). */
static graph_value add_input(network *net, const char *name)
{
    const graph_dim plain[] = {BATCH, LENGTH};
    const graph_dim chosen[] = {BATCH, CHOICES, LENGTH};

    return has_choices(net) ? graph_input(net->graph, name, chosen, 3)
                            : graph_input(net->graph, name, plain, 2);
}

/* Dimensions [begin, end) of a value. */
static graph_value shape_part(network *net, graph_value x, int begin, int end)
{
    return graph_add(net->graph, (graph_node){.op = "Shape",
                                              .inputs = {&x},
                                              .attributes = {{.name = "start", .integer = begin},
                                                             {.name = "end", .integer = end}}});
}

/* A choice is a sequence of its own. */
static graph_value by_sequence(network *net, graph_value input)
{
    return has_choices(net)
               ? graph_binary(net->graph, "Reshape", input, network_shape(net, NULL, NULL, 0))
               : input;
}

/* (1 - mask) times the lowest float, as transformers has it. */
static graph_value bias_of_mask(network *net)
{
    graph *to = net->graph;
    const int64_t axes[] = {1, 2};
    const graph_value one = graph_real(to, "one", 1.0f);
    const graph_value lowest = graph_real(to, "lowest", -FLT_MAX);
    const graph_value places = graph_integers(to, "heads_and_queries", axes, 2);
    const graph_value mask =
        graph_add(to, (graph_node){.op = "Cast",
                                   .inputs = {&net->mask},
                                   .attributes = {{.name = "to", .integer = DATA_TYPE_FLOAT}}});
    const graph_value padding = graph_binary(to, "Sub", one, mask);

    return graph_binary(to, "Unsqueeze", graph_binary(to, "Mul", padding, lowest), places);
}

void network_inputs(network *net)
{
    const int axis = has_choices(net) ? 2 : 1;
    const graph_value ids = add_input(net, "input_ids");
    const graph_value mask = add_input(net, "attention_mask");

    net->graph->part = "inputs";
    net->choices = has_choices(net) ? shape_part(net, ids, 0, 2) : (graph_value){0};
    net->length = shape_part(net, ids, axis, axis + 1);
    net->ids = by_sequence(net, ids);
    net->mask = by_sequence(net, mask);
    if (net->family->names.type != NULL) {
        net->types = by_sequence(net, add_input(net, "token_type_ids"));
    }
    net->mask_bias = bias_of_mask(net);
}

void network_output_by_token(network *net, const char *name, graph_value value, int width)
{
    const graph_dim dims[] = {BATCH, LENGTH, {.size = width}};

    graph_output(net->graph, name, value, dims, width == 0 ? 2 : 3);
}

void network_output_by_text(network *net, const char *name, graph_value value, int width)
{
    const graph_dim dims[] = {BATCH, {.size = width}};

    graph_output(net->graph, name, value, dims, 2);
}

void network_output_choices(network *net, const char *name, graph_value scores)
{
    const graph_dim dims[] = {BATCH, CHOICES};

    graph_output(net->graph, name, graph_binary(net->graph, "Reshape", scores, net->choices), dims,
                 2);
}
