#pragma once

/* The useful floating-point operations of a model, a multiply-add counted as 2.
 *
 * Forward, with hidden size H, feed-forward size F and sequences of s tokens, for each sequence:
 *
 *     (layers - 1) (s (8 H^2 + 4 H F) + 4 s^2 H)  +  s 4 H^2 + (4 H^2 + 4 H F) + 4 s H
 *
 * 8 H^2: query, key, value and output projection; 4 H F: the two of the feed-forward block;
 * 4 s^2 H: scores and context of all heads. The last layer computes keys and values (4 H^2) of all
 * tokens and the rest for the first one only, which is all that the head reads, and no more is
 * counted. Backward is twice forward, so training is 3 times forward.
 * Embeddings, LayerNorm, head and whatever backward computes again are not counted, and neither is
 * padding, which there is none of. Pure. Local.
 */

#include <stddef.h>

#include "mpibert/measure/lengths.h"
#include "mpibert/model/config.h"

/* Of the first `num_sequences` sequences. */
double mpb_flops_forward(const mpb_model_config *config, const mpb_lengths *lengths,
                         size_t num_sequences);
double mpb_flops_training(const mpb_model_config *config, const mpb_lengths *lengths,
                          size_t num_sequences);
