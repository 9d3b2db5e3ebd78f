#pragma once

/* Records of text between separators, one after the other.
 *
 * With quotes (RFC 4180) a cell may be enclosed in '"', doubled inside, and then hold separators
 * and newlines. Without, as in GLUE's files, a quote is a character like any other. Lines end with
 * LF or CRLF; empty lines between records are skipped. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/record.h"

typedef struct mpb_table {
    const char *content; /* borrowed, valid UTF-8 */
    size_t size;
    size_t at;       /* first byte not read yet */
    mpb_place place; /* of that byte */
    char separator;
    bool quotes;
} mpb_table;

typedef struct mpb_row {
    mpb_buffer bytes; /* owned: the cells, each followed by a NUL */
    size_t *begins;   /* owned, (count + 1): cell i is bytes[begins[i], begins[i + 1] - 1) */
    size_t count;
    size_t capacity;
    uint64_t line; /* where it begins */
} mpb_row;

/* A table at the beginning of content[0, size). */
mpb_table mpb_table_begin(const char *content, size_t size, const mpb_place *place, char separator,
                          bool quotes);

/* Reads the next row; *found is false at the end. After MPB_ERR_DATA the table stands behind the
 * line that the wrong row began on. */
MPB_MUST_CHECK mpb_status mpb_table_next(mpb_table *table, mpb_row *row, bool *found);

const char *mpb_row_cell(const mpb_row *row, size_t index, size_t *size);
void mpb_row_clear(mpb_row *row);
