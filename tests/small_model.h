#pragma once

/* What tests of steps and predictions have in common: small models and sequences for them. */

#include <stdio.h>

#include "check.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"

/* Members of an mpb_model_config; sizes of layers are still to be named. */
#define SMALL_BERT(words, longest, labels)                                                         \
    .family = MPB_BERT, .vocab_size = (words), .max_position_embeddings = (longest),               \
    .type_vocab_size = 2, .layer_norm_eps = 1e-12f, .initializer_range = 0.02f,                    \
    .num_labels = (labels)

/* As BERT before pretraining, weights normal(0, range). */
static inline void small_model_initialise(mpb_model *model, float range)
{
    const mpb_parameters *parameters = mpb_model_parameters(model);

    for (size_t i = 0; i < parameters->count; i++) {
        mpb_parameter_initialise(&parameters->items[i], i, range, 1,
                                 mpb_model_weights(model) + parameters->items[i].offset);
    }
}

/* One text more, "s0", "s1", ... by its number. */
static inline void small_dataset_add(mpb_dataset *dataset, unsigned number, const uint32_t *tokens,
                                     size_t count, int32_t label)
{
    char id[16];

    snprintf(id, sizeof(id), "s%u", number);
    CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = tokens,
                                                      .count = count,
                                                      .segment_b = (uint32_t)count,
                                                      .document = number,
                                                      .label = label,
                                                      .id = id}));
}
