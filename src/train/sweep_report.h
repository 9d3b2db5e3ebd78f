#pragma once

/* The table of a sweep, for people; private to sweeps. Local. */

#include "sweep_results.h"

/* Appends a row a setting, in the order of `results`, and the lines about failed runs. */
MPB_MUST_CHECK mpb_status sweep_report_write(const sweep_state *state, const sweep_result *results,
                                             mpb_buffer *out);
