#pragma once

/* What is known of each kind of head. Pure. Local. */

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

/* Floating-point operations of its products forward, a multiply-add counted as 2, for a sequence of
 * `rows` rows of outputs (or a mean of several), the one of the sequence as a whole not counted. */
double mpb_head_flops(const mpb_model_config *config, double rows);
