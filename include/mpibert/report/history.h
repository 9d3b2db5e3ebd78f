#pragma once

/* The finished epochs' rows as JSON text, kept in checkpoints so that a resumed run shows them.
 * Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/io/json.h"
#include "mpibert/report/events.h"

/* *rows (owned by the caller, mpb_memory_destroy) are those of `history`, a JSON array of `where`,
 * a file. A row that is of no epoch is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_history_read(const char *history, const char *where,
                                           mpb_epoch_row **rows, size_t *num_rows);

/* The figure that the rows of such an array have, as in "accuracy", borrowed; NULL: there are none. */
const char *mpb_history_figure(const mpb_json *rows);

/* Adds each epoch of a run; `context` is a char **, to the owned text of a JSON array. */
mpb_event_fn mpb_history_take;
