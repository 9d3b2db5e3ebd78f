#pragma once

/* How far the settings of a sweep have come, the same on all ranks; private to sweeps. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/sweep_file.h"
#include "mpibert/core/status.h"
#include "mpibert/io/file.h"
#include "mpibert/task/task.h"

enum { SWEEP_FAILURE = 512, SWEEP_RUN_NAME = MPB_SWEEP_NAME + 32 };

/* A run of a setting: that of a seed. Plain data. */
typedef struct sweep_run {
    mpb_status status;           /* MPB_OK, or how it failed */
    char failure[SWEEP_FAILURE]; /* the line about that, which names the run */
} sweep_run;

typedef struct sweep_standing {
    int64_t
        ended_after; /* epochs, after which it was not among those that went on; 0: it goes on */
    sweep_run *runs; /* owned, (num_seeds) */
    double *means;   /* owned, (halving.count): its metric where it was compared, NaN: it was not */
} sweep_standing;

typedef struct sweep_state {
    const mpb_sweep_file *file; /* borrowed */
    const char *directory;      /* borrowed: of the sweep, in which runs have theirs */
    const mpb_task_table *task;
    const mpb_task_metric *metric; /* that settings are compared by */
    sweep_standing *settings;      /* owned, (file->count) */
    size_t decided;                /* comparisons that are made */
} sweep_state;

/* MPB_ERR_CONFIG where the task is none that this version trains, or has no such metric. `state` starts as
 * {0}, and is to be cleared on failure, too. Local. */
MPB_MUST_CHECK mpb_status sweep_state_begin(const mpb_sweep_file *file, sweep_state *state);
void sweep_state_clear(sweep_state *state);

/* Rank 0's standings, on all ranks. Collective. */
MPB_MUST_CHECK mpb_status sweep_state_share(const mpb_comm *comm, sweep_state *state);

bool sweep_has_failed(const sweep_state *state, size_t setting);

/* SETTING-seed-N, and the directory of that run. */
void sweep_run_name(const sweep_state *state, size_t setting, size_t seed,
                    char name[SWEEP_RUN_NAME]);
MPB_MUST_CHECK mpb_status sweep_run_directory(const sweep_state *state, size_t setting, size_t seed,
                                              char path[MPB_PATH_SIZE]);
