#include "mpibert/model/family.h"

#include "mpibert/model/bottleneck.h"

static const mpb_family_row FAMILIES[] = {
    [MPB_BERT] =
        {
            .model_type = "bert",
            .class_prefix = "Bert",
            .prefix = "bert.",
            .telling = {"hidden_size", "num_hidden_layers", "type_vocab_size"},
            .keys =
                {
                    .hidden_size = "hidden_size",
                    .num_layers = "num_hidden_layers",
                    .num_heads = "num_attention_heads",
                    .intermediate_size = "intermediate_size",
                    .type_vocab_size = "type_vocab_size",
                    .activation = "hidden_act",
                    .position_type = "position_embedding_type",
                    .layer_norm_eps = "layer_norm_eps",
                    .hidden_dropout = "hidden_dropout_prob",
                    .attention_dropout = "attention_probs_dropout_prob",
                    .classifier_dropout = "classifier_dropout",
                },
            .names =
                {
                    .word = "bert.embeddings.word_embeddings",
                    .position = "bert.embeddings.position_embeddings",
                    .type = "bert.embeddings.token_type_embeddings",
                    .embedding_norm = "bert.embeddings.LayerNorm",
                    .layer = "bert.encoder.layer.%d.",
                    .query = "attention.self.query",
                    .key = "attention.self.key",
                    .value = "attention.self.value",
                    .attention_output = "attention.output.dense",
                    .attention_norm = "attention.output.LayerNorm",
                    .expand = "intermediate.dense",
                    .contract = "output.dense",
                    .output_norm = "output.LayerNorm",
                    .attention_adapter = "attention.output.adapters." MPB_BOTTLENECK_NAME,
                    .output_adapter = "output.adapters." MPB_BOTTLENECK_NAME,
                    .pooler = "bert.pooler.dense",
                    .classifier = "classifier",
                    .spans = "qa_outputs",
                    .word_dense = "cls.predictions.transform.dense",
                    .word_norm = "cls.predictions.transform.LayerNorm",
                    .word_decoder = "cls.predictions.decoder",
                    .word_bias = "cls.predictions",
                    .next_sentence = "cls.seq_relationship",
                },
            .default_classifier_dropout = -1.0,
            .drops_attention_output = true,
            .pooler_is_encoder = true,
        },
    [MPB_DISTILBERT] =
        {
            .model_type = "distilbert",
            .class_prefix = "DistilBert",
            .prefix = "distilbert.",
            .telling = {"dim", "n_layers", "hidden_dim"},
            .keys =
                {
                    .hidden_size = "dim",
                    .num_layers = "n_layers",
                    .num_heads = "n_heads",
                    .intermediate_size = "hidden_dim",
                    .activation = "activation",
                    .sinusoidal = "sinusoidal_pos_embds",
                    .hidden_dropout = "dropout",
                    .attention_dropout = "attention_dropout",
                    .classifier_dropout = "seq_classif_dropout",
                    .span_dropout = "qa_dropout",
                },
            .names =
                {
                    .word = "distilbert.embeddings.word_embeddings",
                    .position = "distilbert.embeddings.position_embeddings",
                    .embedding_norm = "distilbert.embeddings.LayerNorm",
                    .layer = "distilbert.transformer.layer.%d.",
                    .query = "attention.q_lin",
                    .key = "attention.k_lin",
                    .value = "attention.v_lin",
                    .attention_output = "attention.out_lin",
                    .attention_norm = "sa_layer_norm",
                    .expand = "ffn.lin1",
                    .contract = "ffn.lin2",
                    .output_norm = "output_layer_norm",
                    .attention_adapter = "attention_adapters.adapters." MPB_BOTTLENECK_NAME,
                    .output_adapter = "output_adapters.adapters." MPB_BOTTLENECK_NAME,
                    .pooler = "pre_classifier",
                    .classifier = "classifier",
                    .spans = "qa_outputs",
                    .word_dense = "vocab_transform",
                    .word_norm = "vocab_layer_norm",
                    .word_decoder = "vocab_projector",
                    .word_bias = "vocab_projector",
                },
            .default_classifier_dropout = 0.2,
            .drops_tokens_as_hidden = true,
            .pooler_is_relu = true,
        },
};

const mpb_family_row *mpb_family_of(mpb_family family)
{
    return &FAMILIES[family];
}
