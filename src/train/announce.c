#include "mpibert/train/announce.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The loss is kept with its sign turned, so that larger is better. */
static void announce(const mpb_run_checkpoint *checkpoint, const char *label, const char *folder,
                     int64_t step, double score)
{
    const char *metric = checkpoint->metric_for_best_model;

    printf("%s: %s/%s (step %lld, %s %.4f)\n", label, checkpoint->directory, folder,
           (long long)step, metric, strcmp(metric, "loss") == 0 ? fabs(score) : score);
}

void mpb_announce_models(const mpb_run_checkpoint *checkpoint, const mpb_training_state *state)
{
    if (state->best_step < 0) {
        printf("Model: %s/final\n", checkpoint->directory);
        return;
    }
    announce(checkpoint, "Best", "best", state->best_step, state->best_metric);
    if (checkpoint->load_best_model_at_end) {
        announce(checkpoint, "Model", "final", state->best_step, state->best_metric);
    } else {
        announce(checkpoint, "Model", "final", state->step, state->last_metric);
    }
}
