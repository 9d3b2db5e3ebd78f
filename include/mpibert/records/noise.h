#pragma once

/* Removal of what gives a news message away: headers, signature and quoted lines, exactly as
 * scikit-learn's fetch_20newsgroups(remove=...) does it. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_noise {
    bool headers; /* all up to the first blank line; a text without one loses everything */
    bool footers; /* all from the last blank or hyphens-only line on */
    bool quotes;  /* lines that begin with '>' or '|', and lines that introduce a quotation */
} mpb_noise;

/* Appends to `out` what stays of text[0, size), which is valid UTF-8. */
MPB_MUST_CHECK mpb_status mpb_noise_remove(mpb_noise noise, const char *text, size_t size,
                                           mpb_buffer *out);
