#pragma once

/* How long the sequences of a measurement are. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

/* Sequence i has items[i % count] tokens. */
typedef struct mpb_lengths {
    size_t *items; /* owned, (count) */
    size_t count;
} mpb_lengths;

/* `lengths` (starts as {0}) = one length for all sequences. */
MPB_MUST_CHECK mpb_status mpb_lengths_equal(size_t length, mpb_lengths *lengths);

/* `lengths` (starts as {0}) = the lines of the file at `path`, a whole number from 1 to `max` each.
 * Anything else is MPB_ERR_DATA that names file and line. */
MPB_MUST_CHECK mpb_status mpb_lengths_read(const char *path, size_t max, mpb_lengths *lengths);
void mpb_lengths_clear(mpb_lengths *lengths);

size_t mpb_lengths_at(const mpb_lengths *lengths, size_t sequence);
