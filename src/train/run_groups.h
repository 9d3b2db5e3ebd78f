#pragma once

/* The ranks of a job in groups of equal size, each of which trains one run after the other; private to
 * seeds and sweeps. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/part.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

typedef struct run_groups {
    const mpb_log *log;   /* borrowed, likewise the next */
    const mpb_comm *comm; /* all ranks */
    double started_at;    /* see mpb_job_clock */
    int count;
    int own;        /* this rank's group, 0 to count - 1 */
    mpb_comm *part; /* owned: its ranks */
} run_groups;

/* The largest divisor of the number of ranks that is no more than that of the runs: no rank idles from
 * the start. Signals are held from then on: one run may have much to save while
 * another one begins. Collective, as all but run_groups_fail. */
MPB_MUST_CHECK mpb_status run_groups_begin(const mpb_log *log, const mpb_comm *comm,
                                           double started_at, size_t num_runs, run_groups *groups);

/* Waits for all groups. */
void run_groups_end(run_groups *groups);

/* Reads the data of a run on all ranks, so that the cache has it when the groups come. */
MPB_MUST_CHECK mpb_status run_groups_fill_cache(const run_groups *groups,
                                                const mpb_run_config *config, int64_t seed);

/* A run; all borrowed. */
typedef struct group_run {
    const char *name; /* before its lines, and before the description of what is wrong */
    const char *directory;
    const mpb_run_config *config;
    int64_t seed;
    int64_t until_epoch; /* where it is left for now; 0: at its end */
} group_run;

/* Trains it on this group. Collective over the group, likewise the next. */
MPB_MUST_CHECK mpb_status run_groups_train(const run_groups *groups, const group_run *run);

/* *stop = whether the next run of this group need not begin: of a signal, or since a group stops. */
MPB_MUST_CHECK mpb_status run_groups_hear(const run_groups *groups, bool *stop);

/* Has the other groups save and stop. Local. */
void run_groups_stop_others(const run_groups *groups);

/* The same description with the name of a run before it. Local. */
mpb_status run_groups_fail(mpb_status status, const char *name);
