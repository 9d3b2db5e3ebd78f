#pragma once

/* The cells of one row of CoNLL, one after the other, without blanks around them. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/records/record.h"

/* [begin, end) of a line without the blanks at both ends. */
mpb_span mpb_trim(const char *line, size_t begin, size_t end);

typedef struct mpb_cells {
    const char *line; /* borrowed */
    size_t length;
    size_t at; /* first byte not looked at yet */
    char separator;
    bool over;
} mpb_cells;

/* Each tab separates two cells, of which one may be empty; blanks separate in runs. */
mpb_cells mpb_cells_begin(const char *line, size_t length, char separator);

/* *cell = the next one; false: there is none. */
bool mpb_cells_next(mpb_cells *cells, mpb_span *cell);

/* What separates the cells of a row of CoNLL: tabs if it has any, otherwise blanks. */
char mpb_conll_separator(const char *line, size_t length);
