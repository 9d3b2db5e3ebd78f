#pragma once

/* Which column of a table holds what. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/records/read_options.h"
#include "mpibert/records/record.h"
#include "mpibert/records/table.h"

enum { MPB_NO_COLUMN = -1 };

typedef struct mpb_columns {
    char delimiter; /* between cells of a table */
    bool quotes;    /* whether cells of a table may be quoted */
    int text;       /* MPB_NO_COLUMN where there is none */
    int text_b;
    int label; /* MPB_NO_COLUMN where there are scores */
    int id;
    int scores[MPB_MAX_SCORES];   /* (num_scores), in the order of mpb_read_options.score_columns */
    int num_scores;               /* 0: the only one is the label, or there is none */
    int choices[MPB_MAX_CHOICES]; /* (num_choices) */
    int num_choices;
    size_t count;     /* cells of every row */
    bool comments;    /* of CoNLL: they stand before sentences at its beginning */
    bool have_header; /* false: the first row is an example */
} mpb_columns;

/* Whether the first row of a table holds, by their names, all columns that the options want and do
 * not number, and one such column at least. */
bool mpb_columns_are_named(const mpb_row *first, const mpb_read_options *options);

/* Finds the columns in the first row of a table. One that is missing is MPB_ERR_DATA and names
 * those that exist. */
MPB_MUST_CHECK mpb_status mpb_columns_find(const mpb_row *first, const mpb_read_options *options,
                                           const char *where, mpb_columns *columns);
