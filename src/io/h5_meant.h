#pragma once

/* What a file that is being written should hold: a checksum of each dataset and attribute, taken
 * from memory as it is written and compared with the closed file before the file gets its name.
 *
 * A chunk that never reached the disk reads as zeros, and HDF5's own checksum of zeros is zero. */

#include <stdint.h>

#include "checksum.h"
#include "h5_internal.h"

typedef enum mpb_h5_meant_kind {
    MPB_H5_MEANT_NUMBERS,
    MPB_H5_MEANT_STRINGS,
    MPB_H5_MEANT_NAMES,
    MPB_H5_MEANT_INTEGER,
    MPB_H5_MEANT_MAPPING,
} mpb_h5_meant_kind;

typedef struct mpb_h5_meant {
    char *name; /* owned */
    mpb_h5_meant_kind kind;
    mpb_h5_type type; /* of numbers, like the next two */
    size_t rows;
    size_t cols;
    uint64_t sum;
} mpb_h5_meant;

/* Adds `count` texts to `sum`, each with its terminating NUL. */
void mpb_h5_sum_items(char *const *items, size_t count, mpb_checksum *sum);

/* Adds one thing to the list. */
MPB_MUST_CHECK mpb_status mpb_h5_mean_numbers(mpb_h5 *file, const char *name, mpb_h5_type type,
                                              size_t rows, size_t cols, const void *data);
MPB_MUST_CHECK mpb_status mpb_h5_mean_strings(mpb_h5 *file, const char *name,
                                              const mpb_strings *strings);
/* `sum` of the mapping of a virtual dataset, whose values others write. */
MPB_MUST_CHECK mpb_status mpb_h5_mean_virtual(mpb_h5 *file, const char *name,
                                              const mpb_checksum *sum);
MPB_MUST_CHECK mpb_status mpb_h5_mean_integer(mpb_h5 *file, const char *name, int64_t value);
MPB_MUST_CHECK mpb_status mpb_h5_mean_names(mpb_h5 *file, const char *name, char *const *items,
                                            size_t count);

/* Whether all of the list is in `closed`, the same file opened for reading; MPB_ERR_SYSTEM names
 * what is not. */
MPB_MUST_CHECK mpb_status mpb_h5_meant_verify(const mpb_h5 *file, const mpb_h5 *closed);

void mpb_h5_meant_clear(mpb_h5 *file);
