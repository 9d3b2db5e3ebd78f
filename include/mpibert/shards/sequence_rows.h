#pragma once

/* Rows of floats that a model gave for the sequences of a dataset, as many of each as its head reads.
 * Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

typedef struct mpb_sequence_rows {
    float *values;  /* owned, (begins[num_sequences], width); NULL: none are kept */
    size_t *begins; /* owned, (num_sequences + 1) */
    size_t width;
    size_t num_sequences;
} mpb_sequence_rows;

/* rows (starts as {0}) has room for counts[i] rows of `width` floats of sequence i, all 0; `what` names
 * them where there is none. */
MPB_MUST_CHECK mpb_status mpb_sequence_rows_create(const size_t *counts, size_t num_sequences,
                                                   size_t width, const char *what,
                                                   mpb_sequence_rows *rows);
void mpb_sequence_rows_clear(mpb_sequence_rows *rows);

/* Those of sequence i, NULL where none are kept. */
const float *mpb_sequence_rows_of(const mpb_sequence_rows *rows, size_t i);

/* Floats of all of them. */
size_t mpb_sequence_rows_count(const mpb_sequence_rows *rows);

/* Bytes that they take. */
size_t mpb_sequence_rows_bytes(const mpb_sequence_rows *rows);
