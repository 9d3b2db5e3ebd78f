#pragma once

/* What happens to attention scores between the products, on a block of queries.
 *
 * Element (key, query) of an array of scores is at key * MPB_SMALL_WIDTH + query: each query has a
 * lane of a vector, so sums over keys need no sums across lanes, and products read the block as it
 * lies. Rows up to a whole group of keys exist. */

#include "attention_scratch.h"
#include "nn_internal.h"

/* Queries [first, first + rows) of the task, up to MPB_SMALL_WIDTH. Lanes without a query are
 * computed and forgotten. */
typedef struct query_block {
    const mpb_attention_task *task;
    int first, rows;
} query_block;

/* Scores become dropped(exp(score - top)) of each query's largest one; lse (rows), and factor
 * (rows), what they are to be multiplied by. */
void MPB_ISA_NAME(mpb_scores_soften)(const query_block *block, float *scores, float *lse,
                                     float *factor);

/* With p = exp(score - lse), z the kept elements' scale or 0 and d the gradient of the dropped
 * probabilities: d becomes that of the scores, p (d z - delta), and scores become p z. delta (rows)
 * = sum over keys of p z d. */
void MPB_ISA_NAME(mpb_scores_differentiate)(const query_block *block, const float *lse,
                                            const float *delta, float *scores, float *d);
