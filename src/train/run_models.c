#include "run_models.h"

#include <math.h>

/* Where smaller is better the state keeps a score with its sign turned. */
static double value_of(const mpb_task_metric *metric, double score)
{
    if (score == MPB_WORST_SCORE) {
        return (double)NAN;
    }
    return metric->smaller_is_better ? -score : score;
}

mpb_event_models run_models_of(const char *run, const mpb_task_metric *metric, bool best_is_final,
                               const mpb_training_state *state)
{
    const mpb_event_model best = {.label = "Best",
                                  .folder = "best",
                                  .step = state->best_step,
                                  .value = value_of(metric, state->best_metric)};
    mpb_event_model final = {.label = "Model",
                             .folder = "final",
                             .step = state->step,
                             .value = value_of(metric, state->last_metric)};

    if (state->best_step < 0) {
        return (mpb_event_models){.run = run, .items = {final}, .count = 1};
    }
    if (best_is_final) {
        final.step = best.step;
        final.value = best.value;
    }
    return (mpb_event_models){
        .run = run, .metric = metric->name, .items = {best, final}, .count = 2};
}
