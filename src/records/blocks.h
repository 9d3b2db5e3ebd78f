#pragma once

/* Runs of lines between blank ones: the sentences of CoNLL and CoNLL-U. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/records/readers.h"
#include "window.h"

/* *block = the next lines for which `ends` does not hold, from the first of `rest` for which it
 * does not; `rest` moves behind them. False: there are none. */
bool mpb_next_block(mpb_stretch *rest, bool (*ends)(const char *line, size_t length),
                    mpb_stretch *block);

/* *found = the end of the first blank line at or behind `at`, where a line begins, or the end of
 * the input. */
MPB_MUST_CHECK mpb_status mpb_block_end(mpb_window *window, uint64_t at, uint64_t *found);
