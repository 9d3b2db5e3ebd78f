#pragma once

/* What tells the families of encoders apart: one constant row each, from which the model, its
 * config.json and its tensors' names follow. Names are those of transformers. Pure. Local. */

#include <stdbool.h>

typedef enum mpb_family { MPB_BERT, MPB_DISTILBERT, MPB_NUM_FAMILIES } mpb_family;

/* Members of config.json; NULL: the family has none of the kind. */
typedef struct mpb_config_keys {
    const char *hidden_size, *num_layers, *num_heads, *intermediate_size;
    const char *type_vocab_size;
    const char *activation;    /* of the feed-forward layers */
    const char *position_type; /* "absolute" */
    const char *sinusoidal;    /* whether positions are not learned: false */
    const char *layer_norm_eps;
    const char *hidden_dropout, *attention_dropout, *classifier_dropout, *span_dropout;
} mpb_config_keys;

/* Tensors, without ".weight" and ".bias"; NULL: the family has none of the kind. */
typedef struct mpb_tensor_names {
    const char *word, *position, *type, *embedding_norm;
    const char *layer; /* prefix of one encoder layer, with %d for its number */
    const char *query, *key, *value, *attention_output, *attention_norm;
    const char *expand, *contract, *output_norm;
    const char *attention_adapter, *output_adapter; /* AdapterHub's, in a layer */
    const char *pooler; /* the dense layer over a sequence's first row: pooler, pre-classifier */
    const char *classifier;             /* of sequences, tokens and choices */
    const char *spans;                  /* the layer that gives an answer's first and last token */
    const char *word_dense, *word_norm; /* what comes before the decoder to words */
    const char *word_decoder, *word_bias; /* it: its weight is the word table */
    const char *next_sentence;
} mpb_tensor_names;

typedef struct mpb_family_row {
    const char *model_type;   /* of config.json */
    const char *class_prefix; /* of its architectures: "Bert" */
    const char *prefix;       /* of the encoder's tensors, left off where it is saved alone */
    const char *telling[3];   /* members of config.json that no other family has together */
    mpb_config_keys keys;
    mpb_tensor_names names;
    double default_classifier_dropout; /* where config.json has none; < 0: the hidden dropout */
    bool drops_tokens_as_hidden;       /* the dropout before the classifier of tokens */
    bool drops_attention_output;       /* dropout follows attention's output projection */
    bool pooler_is_encoder;            /* it belongs to the pretrained encoder, not to the head */
    bool pooler_is_relu;               /* its activation; otherwise tanh */
} mpb_family_row;

const mpb_family_row *mpb_family_of(mpb_family family);
