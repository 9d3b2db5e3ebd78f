#pragma once

/* The useful floating-point operations of a model, a multiply-add counted as 2.
 *
 * Forward, with hidden size H, feed-forward size F, K labels and V words, for a sequence of s tokens
 * of which the head gives r rows of outputs (model/head.h) and reads q of the last layer, r or, where
 * one output is of the sequence as a whole, r + 1:
 *
 *     (layers - 1) (s (8 H^2 + 4 H F) + 4 s^2 H)  +  s 4 H^2 + q (4 H^2 + 4 H F) + 4 q s H  +  head
 *
 *     head of a sequence, of choices    2 H^2 + 2 H K
 *     of tokens, of spans               r 2 H K
 *     of words                          r (2 H^2 + 2 H V)
 *     of pretraining                    r (2 H^2 + 2 H V) + 2 H^2 + 4 H
 *
 * 8 H^2: query, key, value and output projection; 4 H F: the two of the feed-forward block;
 * 4 s^2 H: scores and context of all heads. The last layer computes keys and values (4 H^2) of all
 * tokens and the rest for those that the head reads, and no more is counted. Backward is twice
 * forward, so training is 3 times forward. Embeddings, LayerNorm, losses and whatever backward
 * computes again are not counted, and neither is padding, which there is none of. Local.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/eval/batch.h"
#include "mpibert/model/config.h"
#include "mpibert/shards/dataset.h"

enum { MPB_FLOPS_PASSES = 3 }; /* training by forward alone */

/* One sequence, or the mean of several. */
typedef struct mpb_flops_sequence {
    double tokens;
    double rows; /* of outputs */
} mpb_flops_sequence;

/* Forward; pure. */
double mpb_flops_layer(const mpb_model_config *config, mpb_flops_sequence s, bool is_last);
double mpb_flops_forward(const mpb_model_config *config, mpb_flops_sequence s);

/* sequences (num_sequences) = those of `data`, with the rows that `choice` chooses of them. */
MPB_MUST_CHECK mpb_status mpb_flops_sequences(const mpb_model_config *config,
                                              const mpb_dataset *data, mpb_row_choice choice,
                                              mpb_flops_sequence *sequences);
