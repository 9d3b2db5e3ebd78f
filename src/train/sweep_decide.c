#include "sweep_decide.h"

#include <math.h>
#include <stdlib.h>

#include "halving.h"
#include "sweep_results.h"

/* *mean = the metric of a setting so far, NaN: undefined. */
static mpb_status read_mean(const sweep_state *state, size_t setting, double *mean)
{
    const size_t count = state->file->num_seeds;
    sweep_figures *runs = calloc(count, sizeof(*runs));
    mpb_status status = MPB_OK;

    MPB_REQUIRE(runs != NULL, MPB_ERR_SYSTEM, "no memory for %zu runs", count);
    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        status = sweep_figures_read(state, setting, i, &runs[i]);
    }
    *mean = status == MPB_OK ? sweep_mean(runs, state->settings[setting].runs, count) : (double)NAN;
    free(runs);
    return status;
}

/* Larger is better; a metric that is undefined is below all others. */
static double score_of(const sweep_state *state, double mean)
{
    if (isnan(mean)) {
        return -INFINITY;
    }
    return state->metric->smaller_is_better ? -mean : mean;
}

static mpb_status compare(sweep_state *state, halving_entry *entries)
{
    for (size_t i = 0; i < state->file->count; i++) {
        double *mean = &state->settings[i].means[state->decided];

        *mean = (double)NAN;
        entries[i].competes = state->settings[i].ended_after == 0 && !sweep_has_failed(state, i);
        if (entries[i].competes) {
            MPB_TRY(read_mean(state, i, mean));
            entries[i].score = score_of(state, *mean);
        }
    }
    halving_choose(state->file->halving.keep, entries, state->file->count);
    return MPB_OK;
}

mpb_status sweep_decide(sweep_state *state, int64_t epochs)
{
    const size_t count = state->file->count;
    halving_entry *entries = calloc(count, sizeof(*entries));
    mpb_status status;

    MPB_REQUIRE(entries != NULL, MPB_ERR_SYSTEM, "no memory to compare %zu settings", count);
    status = compare(state, entries);
    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        if (state->settings[i].ended_after == 0 && !entries[i].goes_on) {
            state->settings[i].ended_after = epochs;
        }
    }
    state->decided += status == MPB_OK ? 1 : 0;
    free(entries);
    return status;
}
