#pragma once

/* What a BERT-family encoder is: sizes, dropout, names of its labels. Plain data. Local. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/model/bottleneck.h"
#include "mpibert/model/family.h"
#include "mpibert/model/head_kind.h"
#include "mpibert/model/lora.h"
#include "mpibert/model/trainable.h"

/* What the outputs of the head say (transformers' problem_type): one label of all, any of them, or
 * numbers. One output without a problem_type is MPB_SINGLE_LABEL. */
typedef enum mpb_problem { MPB_SINGLE_LABEL, MPB_MULTI_LABEL, MPB_REGRESSION } mpb_problem;

/* The word of problem_type. */
const char *mpb_problem_name(mpb_problem problem);

typedef struct mpb_model_config {
    mpb_family family;
    mpb_head_kind head;
    mpb_problem problem;
    int vocab_size;
    int hidden_size;
    int num_hidden_layers;
    int num_attention_heads;
    int intermediate_size;
    int max_position_embeddings;
    int type_vocab_size; /* 0: no token types (DistilBERT) */
    float layer_norm_eps;
    float initializer_range;
    float hidden_dropout;      /* hidden_dropout_prob; DistilBERT: dropout */
    float attention_dropout;   /* attention_probs_dropout_prob; DistilBERT: attention_dropout */
    float classifier_dropout;  /* or hidden_dropout where absent; DistilBERT: seq_classif_dropout */
    float span_dropout;        /* DistilBERT: qa_dropout; BERT has none */
    int num_labels;            /* of a head that has them */
    int skipped_layers;        /* of the last layers, not computed: of MPB_HEAD_HIDDEN alone */
    mpb_bottleneck bottleneck; /* trained with the head alone; the last that a directory says */
    /* What a run trains, borrowed; trainable NULL: everything. No part of a model's directory. */
    const mpb_trainable *trainable;
    const mpb_unfreeze_schedule *unfreeze_schedule; /* NULL: nothing more */
    const mpb_lora *lora; /* NULL or of rank 0: none; else trained with the head, all else frozen */
} mpb_model_config;

/* Refuses sizes that no model has (zero, heads that do not divide hidden_size, ...); `where` names
 * the file. MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_model_config_check(const mpb_model_config *config, const char *where);

/* Whether adaptations are trained instead of the encoder. */
static inline bool mpb_model_config_adapts(const mpb_model_config *config)
{
    return config->lora != NULL || config->bottleneck.kind != MPB_NO_BOTTLENECK;
}
