#pragma once

/* Masked language modelling (Devlin et al. 2018): which tokens are to be predicted, and what stands
 * in their place. Drawn anew at training time from a counter-based generator, so the outcome
 * depends on seed, epoch, sequence and position alone, not on ranks, threads or batches. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"

typedef struct mpb_masking mpb_masking;

typedef struct mpb_masking_options {
    double probability; /* of a token, or of a word, to be predicted: 0.15 */
    bool whole_words;   /* a word's tokens are predicted together: "##" continues one, what a cut
                         * has left of a word is one, too */
    uint64_t seed;
} mpb_masking_options;

/* Which draw of a sequence: that of an epoch from 0, or the one that evaluation takes whenever it
 * sees the sequence, whatever the seed. */
#define MPB_EVALUATION_DRAW UINT32_MAX

/* Borrows nothing. A vocabulary without [MASK], or a probability outside 0 .. 1, is MPB_ERR_CONFIG.
 */
MPB_MUST_CHECK mpb_status mpb_masking_create(const mpb_tokenizer *tokenizer,
                                             const mpb_masking_options *options,
                                             mpb_masking **masking);
void mpb_masking_destroy(mpb_masking **masking);

/* tokens (count), those of a sequence, are replaced: of those to predict 80 % become [MASK], 10 %
 * any token of the vocabulary, 10 % stay. rows = their positions, ascending. Returns how many; never
 * among them are [CLS], [SEP] and [PAD]. Pure. */
size_t mpb_masking_apply(const mpb_masking *masking, uint64_t draw, uint64_t sequence, size_t count,
                         uint32_t *tokens, uint32_t *rows);

/* The token that stands for a word to predict. Pure. */
uint32_t mpb_masking_token(const mpb_masking *masking);

/* How many that are. Pure. */
size_t mpb_masking_count(const mpb_masking *masking, uint64_t draw, uint64_t sequence, size_t count,
                         const uint32_t *tokens);
