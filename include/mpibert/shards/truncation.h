#pragma once

/* What became of texts that are longer than a sequence, and of wrong ones. Local. */

#include <stdint.h>

typedef struct mpb_truncation {
    uint64_t texts;           /* examples */
    uint64_t truncated_texts; /* of them, those that lost tokens */
    uint64_t tokens;          /* before the cut, without [CLS] and [SEP] */
    uint64_t tokens_cut;      /* of them, those that were lost */
    uint64_t targets;         /* entities, questions with an answer, or masks to fill in */
    uint64_t targets_cut;     /* of them, those that no sequence holds whole */
    uint64_t chunked_texts;   /* examples that became several sequences */
    uint64_t chunks;          /* the sequences of these */
    uint64_t skipped;         /* wrong examples that were left out, not among `texts` */
} mpb_truncation;

enum { MPB_CUTS_SIZE = 96 };

/* "196 of 520 texts were cut, 43.0% of tokens" */
void mpb_truncation_describe_cuts(const mpb_truncation *truncation, char text[MPB_CUTS_SIZE]);

/* "12 of 3394 entities are out of reach, 0.35%": of `what`, such as "entities". */
void mpb_truncation_describe_targets(const mpb_truncation *truncation, const char *what,
                                     char text[MPB_CUTS_SIZE]);

/* total += part */
void mpb_truncation_add(mpb_truncation *total, const mpb_truncation *part);
