#pragma once

/* A look at the bytes of an input, piece by piece. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/input.h"

typedef struct mpb_window {
    const mpb_input *input; /* borrowed */
    uint64_t begin;         /* of the bytes that are held */
    mpb_buffer held;        /* owned */
} mpb_window;

/* *bytes (*size > 0) = what the input holds from `at` (before its end) on, as far as the window
 * reaches; lasts until the next call. */
MPB_MUST_CHECK mpb_status mpb_window_at(mpb_window *window, uint64_t at, const char **bytes,
                                        size_t *size);
/* Whether a record that begins at `begin` may go on at `at`: not above MPB_RECORD_LIMIT, unless
 * wrong records are skipped, for then it must be known where it ends. MPB_ERR_DATA otherwise. */
MPB_MUST_CHECK mpb_status mpb_window_check(const mpb_window *window, uint64_t begin, uint64_t at);
void mpb_window_clear(mpb_window *window);
