#include <stdio.h>

#include "network.h"

graph_value network_linear_by(network *net, const char *weight, const char *bias, graph_value x)
{
    const graph_value w = graph_weight(net->graph, weight);
    const graph_value b = graph_weight(net->graph, bias);

    return graph_add(net->graph, (graph_node){.op = "Gemm",
                                              .inputs = {&x, &w, &b},
                                              .attributes = {{.name = "transB", .integer = 1}}});
}

graph_value network_linear(network *net, const char *module, graph_value x)
{
    char weight[GRAPH_NAME];
    char bias[GRAPH_NAME];

    snprintf(weight, sizeof(weight), "%s.weight", module);
    snprintf(bias, sizeof(bias), "%s.bias", module);
    return network_linear_by(net, weight, bias, x);
}

graph_value network_norm(network *net, const char *module, graph_value x)
{
    const graph_attribute epsilon = {
        .name = "epsilon", .kind = GRAPH_REAL, .real = net->config->layer_norm_eps};
    char name[GRAPH_NAME];
    graph_value gamma;
    graph_value beta;

    snprintf(name, sizeof(name), "%s.weight", module);
    gamma = graph_weight(net->graph, name);
    snprintf(name, sizeof(name), "%s.bias", module);
    beta = graph_weight(net->graph, name);
    return graph_add(net->graph, (graph_node){.op = "LayerNormalization",
                                              .inputs = {&x, &gamma, &beta},
                                              .attributes = {epsilon}});
}

/* x / 2 (1 + erf(x / sqrt(2))), in the order of operations that ONNX Runtime takes for one of its
 * own. */
graph_value network_gelu(network *net, graph_value x)
{
    graph *to = net->graph;
    const graph_value root = graph_real(to, "root_of_two", 1.41421356237309504880f);
    const graph_value one = graph_real(to, "one", 1.0f);
    const graph_value half = graph_real(to, "half", 0.5f);
    const graph_value erf = graph_unary(to, "Erf", graph_binary(to, "Div", x, root));

    return graph_binary(to, "Mul", graph_binary(to, "Mul", x, graph_binary(to, "Add", erf, one)),
                        half);
}

graph_value network_relu(network *net, graph_value x)
{
    return graph_unary(net->graph, "Relu", x);
}

graph_value network_silu(network *net, graph_value x)
{
    return graph_binary(net->graph, "Mul", x, graph_unary(net->graph, "Sigmoid", x));
}

graph_value network_shape(network *net, const char *name, const int64_t *rest, int count)
{
    const int64_t left = -1;
    const graph_value batch = graph_integers(net->graph, "what_is_left", &left, 1);
    graph_value end;
    graph_node node = {.op = "Concat",
                       .inputs = {&batch, &net->length},
                       .attributes = {{.name = "axis", .integer = 0}}};

    if (count > 0) {
        end = graph_integers(net->graph, name, rest, count);
        node.inputs[2] = &end;
    }
    return graph_add(net->graph, node);
}

graph_value network_by_sequence(network *net, graph_value rows, int width)
{
    const int64_t rest = width;
    char name[32];

    snprintf(name, sizeof(name), "width_%d", width);
    return graph_binary(net->graph, "Reshape", rows, network_shape(net, name, &rest, 1));
}
