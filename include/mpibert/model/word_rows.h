#pragma once

/* The rows of the word embedding that a step uses, on all ranks and in all its micro-batches.
 *
 * No other row has a gradient, so those of the used rows are packed at the end of the word table:
 * the gradient of items[k] is its row vocab_size - count + k. The word table is the first of the
 * flat buffer, so a step's gradients are one run from there to the end of the buffer.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct mpb_word_rows {
    const uint32_t *items; /* borrowed, (count), ascending; NULL: all rows of the table */
    size_t count;
} mpb_word_rows;
