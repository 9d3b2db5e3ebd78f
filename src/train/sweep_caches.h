#pragma once

/* What a sweep does with its file before any run begins; private to sweeps. Collective over all ranks. */

#include "mpibert/config/sweep_file.h"
#include "run_groups.h"

/* MPB_ERR_DATA unless all hosts have read the same sweep, from the file at `path`. */
MPB_MUST_CHECK mpb_status sweep_same_file(const mpb_comm *comm, const mpb_sweep_file *file,
                                          const char *path);

/* Reads the data of all runs on all ranks, once for runs that read them alike, where groups would read
 * them side by side. */
MPB_MUST_CHECK mpb_status sweep_caches_fill(const run_groups *groups, const mpb_sweep_file *file);
