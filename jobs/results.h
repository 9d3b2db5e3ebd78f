#pragma once

/* Where the results of a command go. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

/* Replaces the file `path`, NULL: goes to standard output. Local. */
MPB_MUST_CHECK mpb_status mpb_results_write(const char *path, const mpb_buffer *text);
