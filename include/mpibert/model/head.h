#pragma once

/* What a model computes from its encoder's rows: a constant row for each kind of head, and the
 * shape of its outputs, R rows of K numbers. Pure.
 *
 *     sequence      R = sequences, K = num_labels: from each sequence's first row
 *     tokens        R = chosen rows (mpb_batch.rows; all where it is NULL), K = num_labels
 *     spans         R = all token rows, K = 2: logits of an answer's first and last token
 *     choice        R = sequences, K = 1: as a sequence's, of one answer of several
 *     words         R = chosen rows, K = vocab_size: from a decoder tied to the word table
 *     pretraining   those of words, then of each sequence, as row R on, K = 2: whether its second
 *                   text follows the first one
 *
 * Local. */

#include "mpibert/model/config.h"

/* Which token rows of a sequence there are outputs of. */
typedef enum mpb_head_rows { MPB_ROWS_FIRST, MPB_ROWS_ALL, MPB_ROWS_CHOSEN } mpb_head_rows;

typedef struct mpb_head_facts {
    const char *class_name; /* in config.json's architectures, behind the family's prefix */
    bool has_labels;        /* an output a label, which has a name */
    bool has_problem;       /* problem_type says what they mean */
    bool judges_next;       /* by the layer that says whether a second text follows the first one,
                             * which only some families have */
    bool uses_all_words;    /* each step reads all rows of the word table and has gradients for all:
                             * mpb_model_use_words must name all of them */
    mpb_head_rows rows;
    int whole_width; /* numbers of a row for each sequence behind those; 0: there is none */
} mpb_head_facts;

const mpb_head_facts *mpb_head_of(mpb_head_kind kind);

/* K. */
int mpb_head_width(const mpb_model_config *config);
