#pragma once

/* The limit of a job's time, as Slurm has it. */

#include "mpibert/core/status.h"

/* "90", "90:00", "04:00:00", "2-12", "2-12:00", "2-12:00:00": minutes, minutes:seconds,
 * hours:minutes:seconds, or days before hours. MPB_ERR_CONFIG for anything else, and for none. */
MPB_MUST_CHECK mpb_status mpb_wall_time_parse(const char *option, const char *text,
                                              double *seconds);
