#pragma once

/* Masked language modelling (Devlin et al. 2018): which tokens are to be predicted, and what stands
 * in their place. Drawn anew at training time from a counter-based generator, so the outcome
 * depends on seed, epoch, example and position alone, not on ranks, threads or batches. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"

typedef struct mpb_masking mpb_masking;

typedef struct mpb_masking_options {
    double probability; /* of a token, or of a word, to be predicted: 0.15 */
    bool whole_words;   /* a word's tokens are predicted together: "##" continues one */
    uint64_t seed;
} mpb_masking_options;

/* Borrows nothing. A vocabulary without [MASK], or a probability outside 0 .. 1, is MPB_ERR_CONFIG.
 */
MPB_MUST_CHECK mpb_status mpb_masking_create(const mpb_tokenizer *tokenizer,
                                             const mpb_masking_options *options,
                                             mpb_masking **masking);
void mpb_masking_destroy(mpb_masking **masking);

/* ids (count) are replaced: of the tokens to predict 80 % become [MASK], 10 % any token of the
 * vocabulary, 10 % stay. labels (count) = what was there, MPB_NO_LABEL for tokens that are not to
 * be predicted, among them always [CLS], [SEP] and [PAD]. */
void mpb_masking_apply(const mpb_masking *masking, uint64_t epoch, uint64_t example, size_t count,
                       uint32_t *ids, int32_t *labels);
