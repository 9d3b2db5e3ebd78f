#include "names.h"

static const model_names BERT_NAMES = {
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
    .head_dense = "bert.pooler.dense",
    .pooler_is_encoder = true,
    .classifier = "classifier",
};

static const model_names DISTILBERT_NAMES = {
    .word = "distilbert.embeddings.word_embeddings",
    .position = "distilbert.embeddings.position_embeddings",
    .type = NULL,
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
    .head_dense = "pre_classifier",
    .pooler_is_encoder = false,
    .classifier = "classifier",
};

const model_names *model_names_of(mpb_family family)
{
    return family == MPB_BERT ? &BERT_NAMES : &DISTILBERT_NAMES;
}
