#pragma once

/* Records of comma- or tab-separated text, one after the other.
 *
 * With quotes (RFC 4180) a cell may be enclosed in '"', doubled inside, and then hold separators
 * and newlines. Without, as in GLUE's files, a quote is a character like any other. Lines end with
 * LF or CRLF; empty lines between records are skipped. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_table {
    const char *content; /* borrowed, valid UTF-8 */
    size_t size;
    size_t at;         /* first byte not read yet */
    size_t line;       /* its line, from 1 */
    const char *where; /* borrowed: the file, for messages */
    char separator;
    bool quotes;
} mpb_table;

typedef struct mpb_record {
    mpb_buffer bytes; /* owned: the cells, each followed by a NUL */
    size_t *begins;   /* owned, (count + 1): cell i is bytes[begins[i], begins[i + 1] - 1) */
    size_t count;
    size_t capacity;
    size_t line; /* where it begins */
} mpb_record;

/* Reads the next record; *found is false at the end. */
MPB_MUST_CHECK mpb_status mpb_table_next(mpb_table *table, mpb_record *record, bool *found);

const char *mpb_record_cell(const mpb_record *record, size_t index, size_t *size);
void mpb_record_clear(mpb_record *record);
