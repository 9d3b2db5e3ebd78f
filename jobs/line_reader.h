#pragma once

/* The lines of a file descriptor, read in large blocks. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"

/* Starts as {.file = ..., .name = ...}. */
typedef struct mpb_line_reader {
    int file;
    const char *name; /* for messages */
    char *data;       /* owned, (capacity) */
    size_t capacity;
    size_t begin; /* of what was not handed out yet */
    size_t end;   /* of what was read */
    bool ended;
} mpb_line_reader;

/* The next line without its line feed, NULL after the last one; valid until the next call. */
MPB_MUST_CHECK mpb_status mpb_line_reader_next(mpb_line_reader *reader, const char **line,
                                               size_t *size);
void mpb_line_reader_clear(mpb_line_reader *reader);
