#pragma once

/* What the runs of a sweep came to, from their directories; private to sweeps. Local, for rank 0. */

#include "sweep_state.h"

typedef struct sweep_figures {
    double best;     /* of the metric, over the run's validations; NaN: there was none */
    double epoch;    /* of that validation */
    double seconds;  /* in training steps */
    int64_t trained; /* parameters, at any time of the run; 0: unknown */
    bool finished;
} sweep_figures;

/* Means over the runs that have not failed; NaN where there is nothing to tell. */
typedef struct sweep_result {
    const char *name; /* borrowed */
    char state[32];   /* "finished", "stopped after epoch 2", "failed" or "not finished" */
    bool failed;
    double mean;      /* of the runs' best, */
    double deviation; /* that of a sample (n - 1) */
    double epoch;
    double seconds;
    int64_t trained;
    size_t setting;      /* its place in the file */
    sweep_figures *runs; /* owned, (num_seeds) */
} sweep_result;

/* Of a run that has not begun, all is unknown. */
MPB_MUST_CHECK mpb_status sweep_figures_read(const sweep_state *state, size_t setting, size_t seed,
                                             sweep_figures *figures);

/* The mean of the runs' best; NaN: a run failed, or there is none. */
double sweep_mean(const sweep_figures *runs, const sweep_run *outcomes, size_t count);

/* *results (owned by the caller) = those of all settings: the best first, those with a failed run last,
 * equal ones as in the file. */
MPB_MUST_CHECK mpb_status sweep_results_make(const sweep_state *state, sweep_result **results);
void sweep_results_destroy(const sweep_state *state, sweep_result *results);
