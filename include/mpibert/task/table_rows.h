#pragma once

/* Rows of a table of values with a delimiter. With ',' it is RFC 4180; fields that hold the
 * delimiter, a quote or a line break stand in quotes. Local. */

#include <stdbool.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_table_rows {
    mpb_buffer *out; /* borrowed */
    char delimiter;
    bool in_row; /* the row has a field already */
} mpb_table_rows;

MPB_MUST_CHECK mpb_status mpb_table_rows_add(mpb_table_rows *rows, const char *text);
MPB_MUST_CHECK mpb_status mpb_table_rows_add_number(mpb_table_rows *rows, double number);
MPB_MUST_CHECK mpb_status mpb_table_rows_end(mpb_table_rows *rows);
