#pragma once

/* Cuts an input into ranges that begin and end where records do, without reading records. The cuts
 * depend on the bytes and `target` alone. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/records/input.h"

typedef struct mpb_ranges {
    mpb_range *items; /* owned, (count) */
    size_t count;
    size_t capacity;
} mpb_ranges;

void mpb_ranges_clear(mpb_ranges *ranges);

/* Adds the ranges of `input`, which is number `index`, each of about `target` bytes; a record is
 * never cut. */
MPB_MUST_CHECK mpb_status mpb_input_cut(const mpb_input *input, size_t index, uint64_t target,
                                        mpb_ranges *ranges);
