#pragma once

/* The rows of the word embedding that a step uses, on all ranks and in all its micro-batches.
 *
 * No other row has a gradient, so those of the used rows are packed at the end of the word table:
 * the gradient of items[k] is its row vocab_size - count + k. Where the word table is trained it is the
 * first of the trained space, so a step's gradients are one run from there to the end. Where
 * gradients are summed by owners (model/shares.h), the rows of each are neighbours.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct mpb_word_rows {
    const uint32_t *items; /* borrowed, (count); NULL: all rows of the table, ascending */
    size_t count;
    int owners; /* items ascend by (row % owners, row); 0 means 1 */
} mpb_word_rows;
