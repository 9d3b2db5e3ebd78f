#pragma once

/* Variable-length text out of a dataset or an attribute.
 *
 * HDF5's filters do not reach such text, so a dataset of strings is sealed by an attribute of its
 * own: `sha256`, the digest of all strings one after another, each with its terminating NUL. */

#include "h5_internal.h"

typedef struct mpb_h5_strings_source {
    hid_t object; /* dataset or attribute */
    hid_t type;   /* as stored */
    hid_t space;
} mpb_h5_strings_source;

typedef herr_t mpb_h5_strings_reader(hid_t object, hid_t type, char **items);

/* Fills `taken`, which starts as {0}, with all strings of a one-dimensional source, or the one of a
 * scalar. */
MPB_MUST_CHECK mpb_status mpb_h5_strings_take(const mpb_h5 *file, const char *name,
                                              mpb_h5_strings_source source,
                                              mpb_h5_strings_reader *reader, mpb_strings *taken);

/* Adds copies of all strings, or none. */
MPB_MUST_CHECK mpb_status mpb_h5_strings_add(const mpb_strings *from, mpb_strings *to);

/* Writes the digest of `strings` as attribute of `dataset`. */
MPB_MUST_CHECK mpb_status mpb_h5_strings_seal(const mpb_h5 *file, const char *name, hid_t dataset,
                                              const mpb_strings *strings);

/* Whether `strings` have the digest of `dataset`, if it carries one. */
MPB_MUST_CHECK mpb_status mpb_h5_strings_check(const mpb_h5 *file, const char *name, hid_t dataset,
                                               const mpb_strings *strings);
