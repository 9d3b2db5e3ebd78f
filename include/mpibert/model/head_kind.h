#pragma once

/* The heads: what is computed from an encoder's rows. Outputs are R rows of K numbers. Local. */

/* clang-format off */
#define MPB_HEADS(HEAD)                                                                            \
    /* R = sequences, K = num_labels: from each sequence's first row */                            \
    HEAD(SEQUENCE)                                                                                 \
    /* R = chosen rows (mpb_batch.rows; all where it is NULL), K = num_labels */                   \
    HEAD(TOKENS)                                                                                   \
    /* R = all token rows, K = 2: logits of an answer's first and last token */                    \
    HEAD(SPANS)                                                                                    \
    /* R = sequences, K = 1: as a sequence's, of one answer of several */                          \
    HEAD(CHOICE)                                                                                   \
    /* R = chosen rows, K = vocab_size: from a decoder tied to the word table */                   \
    HEAD(WORDS)                                                                                    \
    /* those of words, then of each sequence, as row R on, K = 2: whether its second text follows  \
     * the first one */                                                                            \
    HEAD(PRETRAINING)                                                                              \
    /* R = sequences, K = num_labels: these alone */                                               \
    HEAD(NEXT_SENTENCE)                                                                            \
    /* R = chosen rows, K = hidden_size: the encoder's own rows, of an encoder alone */            \
    HEAD(HIDDEN)
/* clang-format on */

#define MPB_HEAD_CONSTANT(NAME) MPB_HEAD_##NAME,

typedef enum mpb_head_kind { MPB_HEADS(MPB_HEAD_CONSTANT) MPB_NUM_HEADS } mpb_head_kind;
