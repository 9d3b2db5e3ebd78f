#include <stdio.h>

#include "mpibert/model/head.h"
#include "network.h"

/* (N, H): the first row of each sequence. */
static graph_value first_rows(network *net, graph_value rows)
{
    const graph_value first = graph_integer(net->graph, "first", 0);
    const graph_value x = network_by_sequence(net, rows, net->config->hidden_size);

    return graph_add(net->graph, (graph_node){.op = "Gather",
                                              .inputs = {&x, &first},
                                              .attributes = {{.name = "axis", .integer = 1}}});
}

/* (N, H) */
static graph_value pooled(network *net, graph_value rows)
{
    const graph_value u = network_linear(net, net->family->names.pooler, first_rows(net, rows));

    return net->family->pooler_is_relu ? network_relu(net, u) : graph_unary(net->graph, "Tanh", u);
}

/* (N S, V): logits of words by the word table. */
static graph_value words(network *net, graph_value rows)
{
    const mpb_tensor_names *names = &net->family->names;
    const graph_value u = network_linear(net, names->word_dense, rows);
    char table[GRAPH_NAME];
    char bias[GRAPH_NAME];

    snprintf(table, sizeof(table), "%s.weight", names->word);
    snprintf(bias, sizeof(bias), "%s.bias", names->word_bias);
    return network_linear_by(net, table, bias,
                             network_norm(net, names->word_norm, network_gelu(net, u)));
}

static void output_by_token(network *net, const char *name, graph_value rows, int width)
{
    network_output_by_token(net, name, network_by_sequence(net, rows, width), width);
}

static void sequence(network *net, graph_value rows)
{
    network_output_by_text(net, "logits",
                           network_linear(net, net->family->names.classifier, pooled(net, rows)),
                           net->config->num_labels);
}

static void tokens(network *net, graph_value rows)
{
    output_by_token(net, "logits", network_linear(net, net->family->names.classifier, rows),
                    net->config->num_labels);
}

static void spans(network *net, graph_value rows)
{
    static const char *const outputs[] = {"start_logits", "end_logits"};
    const graph_value logits =
        network_by_sequence(net, network_linear(net, net->family->names.spans, rows), 2);

    for (int i = 0; i < 2; i++) {
        const graph_value which = graph_integer(net->graph, i == 0 ? "first" : "second", i);
        const graph_value one =
            graph_add(net->graph, (graph_node){.op = "Gather",
                                               .inputs = {&logits, &which},
                                               .attributes = {{.name = "axis", .integer = 2}}});

        network_output_by_token(net, outputs[i], one, 0);
    }
}

static void choice(network *net, graph_value rows)
{
    network_output_choices(net, "logits",
                           network_linear(net, net->family->names.classifier, pooled(net, rows)));
}

static void masked_words(network *net, graph_value rows)
{
    output_by_token(net, "logits", words(net, rows), net->config->vocab_size);
}

static void next_sentence(network *net, const char *name, graph_value rows, int width)
{
    network_output_by_text(
        net, name, network_linear(net, net->family->names.next_sentence, pooled(net, rows)), width);
}

static void pretraining(network *net, graph_value rows)
{
    output_by_token(net, "prediction_logits", words(net, rows), net->config->vocab_size);
    next_sentence(net, "seq_relationship_logits", rows,
                  mpb_head_of(net->config->head)->whole_width);
}

static void next_sentence_alone(network *net, graph_value rows)
{
    next_sentence(net, "logits", rows, net->config->num_labels);
}

static void encoder_alone(network *net, graph_value rows)
{
    const int H = net->config->hidden_size;

    output_by_token(net, "last_hidden_state", rows, H);
    if (net->content->has_pooler) {
        network_output_by_text(net, "pooler_output", pooled(net, rows), H);
    }
}

static void (*const HEADS[MPB_NUM_HEADS])(network *net, graph_value rows) = {
    [MPB_HEAD_SEQUENCE] = sequence,
    [MPB_HEAD_TOKENS] = tokens,
    [MPB_HEAD_SPANS] = spans,
    [MPB_HEAD_CHOICE] = choice,
    [MPB_HEAD_WORDS] = masked_words,
    [MPB_HEAD_PRETRAINING] = pretraining,
    [MPB_HEAD_NEXT_SENTENCE] = next_sentence_alone,
};

void network_head(network *net, graph_value rows)
{
    net->graph->part = "head";
    (net->content->has_head ? HEADS[net->config->head] : encoder_alone)(net, rows);
}
