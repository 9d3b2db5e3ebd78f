#pragma once

/* What a file that is being written should hold: a checksum of each dataset and attribute, taken
 * from memory as it is written and compared with the closed file before the file gets its name.
 *
 * A chunk that never reached the disk reads as zeros, and HDF5's own checksum of zeros is zero. */

#include <stdint.h>

#include "h5_internal.h"

/* Adds one thing to the list. */
MPB_MUST_CHECK mpb_status mpb_h5_mean_numbers(mpb_h5 *file, const char *name, mpb_h5_type type,
                                              size_t rows, size_t cols, const void *data);
MPB_MUST_CHECK mpb_status mpb_h5_mean_strings(mpb_h5 *file, const char *name,
                                              const mpb_strings *strings);
MPB_MUST_CHECK mpb_status mpb_h5_mean_integer(mpb_h5 *file, const char *name, int64_t value);
MPB_MUST_CHECK mpb_status mpb_h5_mean_names(mpb_h5 *file, const char *name, char *const *items,
                                            size_t count);

/* Whether all of the list is in `closed`, the same file opened for reading; MPB_ERR_SYSTEM names
 * what is not. */
MPB_MUST_CHECK mpb_status mpb_h5_meant_verify(const mpb_h5 *file, const mpb_h5 *closed);

void mpb_h5_meant_clear(mpb_h5 *file);
