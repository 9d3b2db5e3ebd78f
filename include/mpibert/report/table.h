#pragma once

/* The table of epochs on standard output, in the worked example's form, by the leader. Local. */

#include <stddef.h>

#include "mpibert/core/log.h"
#include "mpibert/report/events.h"

/* Its head and these rows. A figure that is NaN is shown as "-". */
void mpb_table_show(const mpb_log *log, const mpb_run_figure *figure, const mpb_epoch_row *rows,
                    size_t num_rows);

/* Shows the table of a run as it grows; `context` is its mpb_log. */
mpb_event_fn mpb_table_take;
