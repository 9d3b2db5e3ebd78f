#include <math.h>
#include <stdio.h>

#include "network.h"

/* Rows of a table of embeddings; module without ".weight". */
static graph_value look_up(network *net, const char *module, graph_value rows)
{
    char name[GRAPH_NAME];
    graph_value table;

    snprintf(name, sizeof(name), "%s.weight", module);
    table = graph_weight(net->graph, name);
    return graph_binary(net->graph, "Gather", table, rows);
}

/* The first S rows (S, H) of the table of positions. */
static graph_value positions(network *net)
{
    const int64_t zero = 0;
    const graph_value begin = graph_integers(net->graph, "first_axis", &zero, 1);
    char name[GRAPH_NAME];
    graph_value table;

    snprintf(name, sizeof(name), "%s.weight", net->family->names.position);
    table = graph_weight(net->graph, name);
    return graph_add(net->graph,
                     (graph_node){.op = "Slice", .inputs = {&table, &begin, &net->length, &begin}});
}

static graph_value embeddings(network *net)
{
    const mpb_tensor_names *names = &net->family->names;
    graph_value sum;

    net->graph->part = "embeddings";
    sum = look_up(net, names->word, net->ids);
    if (names->type != NULL) {
        sum = graph_binary(net->graph, "Add", sum, look_up(net, names->type, net->types));
    }
    sum = graph_binary(net->graph, "Add", sum, positions(net));
    return graph_binary(net->graph, "Reshape", network_norm(net, names->embedding_norm, sum),
                        net->rows_shape);
}

/* One layer; `module` is the name of a part of it. */
typedef struct layer {
    network *net;
    int number;
} layer;

static void name_module(const layer *of, const char *module, char name[GRAPH_NAME])
{
    const int prefix = snprintf(name, GRAPH_NAME, of->net->family->names.layer, of->number);

    snprintf(name + prefix, (size_t)(GRAPH_NAME - prefix), "%s", module);
}

static graph_value linear(const layer *of, const char *module, graph_value x)
{
    char name[GRAPH_NAME];

    name_module(of, module, name);
    return network_linear(of->net, name, x);
}

static graph_value norm(const layer *of, const char *module, graph_value x)
{
    char name[GRAPH_NAME];

    name_module(of, module, name);
    return network_norm(of->net, name, x);
}

static graph_value permute(network *net, graph_value x, int a, int b, int c, int d)
{
    const graph_attribute order = {
        .name = "perm", .kind = GRAPH_INTEGERS, .integers = {a, b, c, d}};

    return graph_add(net->graph,
                     (graph_node){.op = "Transpose", .inputs = {&x}, .attributes = {order}});
}

/* (N, S, heads, D) of a linear layer of rows x. */
static graph_value by_head(const layer *of, const char *module, graph_value x)
{
    return graph_binary(of->net->graph, "Reshape", linear(of, module, x), of->net->heads_shape);
}

/* softmax(Q K^T / sqrt(D) + bias of the mask) V, (N, heads, S, D) */
static graph_value attend(network *net, graph_value query, graph_value key, graph_value value)
{
    graph *to = net->graph;
    const int D = net->config->hidden_size / net->config->num_attention_heads;
    const graph_value scale = graph_real(to, "scale_of_scores", (float)(1.0 / sqrt((double)D)));
    graph_value scores = graph_binary(to, "MatMul", graph_binary(to, "Mul", query, scale), key);

    scores = graph_binary(to, "Add", scores, net->mask_bias);
    return graph_binary(to, "MatMul", graph_unary(to, "Softmax", scores), value);
}

static graph_value attention(const layer *of, graph_value x)
{
    network *net = of->net;
    const mpb_tensor_names *names = &net->family->names;
    const graph_value query = permute(net, by_head(of, names->query, x), 0, 2, 1, 3);
    const graph_value key = permute(net, by_head(of, names->key, x), 0, 2, 3, 1);
    const graph_value value = permute(net, by_head(of, names->value, x), 0, 2, 1, 3);
    const graph_value context = permute(net, attend(net, query, key, value), 0, 2, 1, 3);

    return linear(of, names->attention_output,
                  graph_binary(net->graph, "Reshape", context, net->rows_shape));
}

static graph_value feed_forward(const layer *of, graph_value x)
{
    const mpb_tensor_names *names = &of->net->family->names;

    return linear(of, names->contract, network_gelu(of->net, linear(of, names->expand, x)));
}

/* f(z) of a bottleneck adapter (mpibert/model/bottleneck.h). */
static graph_value bottleneck(const layer *of, const char *adapter, graph_value z)
{
    char module[GRAPH_NAME];
    graph_value u;

    snprintf(module, sizeof(module), "%s.adapter_down.0", adapter);
    u = linear(of, module, z);
    u = of->net->config->bottleneck.kind == MPB_HOULSBY ? network_silu(of->net, u)
                                                        : network_relu(of->net, u);
    snprintf(module, sizeof(module), "%s.adapter_up", adapter);
    return linear(of, module, u);
}

/* LayerNorm(x + h), with what an adapter adds to h, if `adapter` names one. */
static graph_value sublayer_end(const layer *of, graph_value x, graph_value h, const char *adapter,
                                const char *norm_name)
{
    graph *to = of->net->graph;
    const graph_value sum = graph_binary(to, "Add", h, x);
    graph_value z = h;

    if (adapter == NULL) {
        return norm(of, norm_name, sum);
    }
    if (of->net->config->bottleneck.kind == MPB_PFEIFFER) {
        z = norm(of, norm_name, sum);
    }
    return norm(of, norm_name, graph_binary(to, "Add", sum, bottleneck(of, adapter, z)));
}

static graph_value run_layer(const layer *of, graph_value x)
{
    const mpb_tensor_names *names = &of->net->family->names;
    const mpb_bottleneck_kind kind = of->net->config->bottleneck.kind;
    char part[32];

    snprintf(part, sizeof(part), "layer.%d", of->number);
    of->net->graph->part = part;
    x = sublayer_end(of, x, attention(of, x), kind == MPB_HOULSBY ? names->attention_adapter : NULL,
                     names->attention_norm);
    x = sublayer_end(of, x, feed_forward(of, x),
                     kind != MPB_NO_BOTTLENECK ? names->output_adapter : NULL, names->output_norm);
    of->net->graph->part = "";
    return x;
}

graph_value network_encoder(network *net)
{
    const int64_t rows[] = {-1, net->config->hidden_size};
    const int heads = net->config->num_attention_heads;
    const int64_t by_heads[] = {heads, net->config->hidden_size / heads};
    graph_value x;

    net->rows_shape = graph_integers(net->graph, "rows", rows, 2);
    net->heads_shape = network_shape(net, "heads", by_heads, 2);
    x = embeddings(net);
    for (int i = 0; i < net->config->num_hidden_layers; i++) {
        x = run_layer(&(layer){.net = net, .number = i}, x);
    }
    return x;
}
