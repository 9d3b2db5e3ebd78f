#include "announce.h"

#include <stdio.h>

enum { LINE_SIZE = 8192, SCORE_SIZE = 64 };

/* "accuracy 0.9375"; where smaller is better the score is kept with its sign turned. */
static void write_score(const mpb_task_metric *metric, double score, char text[SCORE_SIZE])
{
    if (score == MPB_WORST_SCORE) {
        snprintf(text, SCORE_SIZE, "%s undefined", metric->name);
    } else {
        snprintf(text, SCORE_SIZE, "%s %.4f", metric->name,
                 metric->smaller_is_better ? -score : score);
    }
}

static void announce(const mpb_log *log, const mpb_run_checkpoint *checkpoint,
                     const mpb_task_metric *metric, const char *label, const char *folder,
                     int64_t step, double score)
{
    char line[LINE_SIZE];
    char text[SCORE_SIZE];

    write_score(metric, score, text);
    snprintf(line, sizeof(line), "%s: %s/%s (step %lld, %s)", label, checkpoint->directory, folder,
             (long long)step, text);
    mpb_log_show(log, line);
}

void mpb_announce_models(const mpb_log *log, const mpb_run_checkpoint *checkpoint,
                         const mpb_task_metric *metric, const mpb_training_state *state)
{
    char line[LINE_SIZE];

    if (state->best_step < 0) {
        snprintf(line, sizeof(line), "Model: %s/final", checkpoint->directory);
        mpb_log_show(log, line);
        return;
    }
    announce(log, checkpoint, metric, "Best", "best", state->best_step, state->best_metric);
    if (checkpoint->load_best_model_at_end) {
        announce(log, checkpoint, metric, "Model", "final", state->best_step, state->best_metric);
    } else {
        announce(log, checkpoint, metric, "Model", "final", state->step, state->last_metric);
    }
}
