#pragma once

/* The finished epochs' rows as JSON text, kept in checkpoints so that a resumed run shows them. */

#include "mpibert/core/status.h"
#include "mpibert/report/table.h"

/* Replaces *history (owned text of a JSON array) by one with `row` at its end. */
MPB_MUST_CHECK mpb_status mpb_history_add(char **history, const mpb_epoch_row *row);

/* MPB_ERR_DATA unless each row is of an epoch; `where` is the file that holds them. */
MPB_MUST_CHECK mpb_status mpb_history_check(const char *history, const char *where);

/* Prints the rows as the table shows them. */
MPB_MUST_CHECK mpb_status mpb_history_print(const char *history);
