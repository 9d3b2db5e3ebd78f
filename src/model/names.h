#pragma once

/* How each family's checkpoint names its tensors; ".weight" and ".bias" are left off. */

#include "mpibert/model/config.h"

typedef struct model_names {
    const char *word, *position, *type; /* embedding tables; type is NULL where there is none */
    const char *embedding_norm;
    const char *layer; /* prefix of one encoder layer, with %d for its number */
    const char *query, *key, *value, *attention_output, *attention_norm;
    const char *expand, *contract, *output_norm;
    const char *head_dense; /* pooler or pre-classifier */
    bool pooler_is_encoder; /* the head's dense layer counts as part of the pretrained encoder */
    const char *classifier;
} model_names;

const model_names *model_names_of(mpb_family family);
