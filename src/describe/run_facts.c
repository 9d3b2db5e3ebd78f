#include "mpibert/describe/run_facts.h"

#include <string.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/describe/describe_parts.h"
#include "mpibert/session/corpus_setup.h"

void mpb_run_facts_clear(mpb_run_facts *facts)
{
    mpb_run_config_clear(&facts->config);
    mpb_strings_clear(&facts->checkpoints);
    mpb_run_metrics_clear(&facts->metrics);
}

/* Complete checkpoints are folders without a further ending; what a stopped run left has one.
 * *names (owned by the caller) = those, the newest last. */
static mpb_status find_checkpoints(const char *folder, mpb_strings *names)
{
    mpb_strings all = {0};
    mpb_status status;

    if (!mpb_file_is_directory(folder)) {
        return MPB_OK;
    }
    status = mpb_directory_list(folder, &all);
    for (size_t i = 0; status == MPB_OK && i < all.count; i++) {
        if (strchr(all.items[i], '.') == NULL) {
            status = mpb_strings_add(names, all.items[i], strlen(all.items[i]));
        }
    }
    mpb_strings_clear(&all);
    return status;
}

/* A run writes both as it found them; what was written by hand need not say them. */
static const mpb_task_metric *metric_of(const mpb_run_config *config)
{
    const mpb_task_table *task = mpb_task_find(mpb_corpus_task(config, &config->data.train));
    const mpb_task_metric *metric =
        mpb_task_metric_find(task, config->checkpoint.metric_for_best_model);

    return metric == NULL ? &task->metrics[0] : metric;
}

mpb_status mpb_run_facts_gather(const char *run, mpb_run_facts *facts)
{
    const mpb_log quiet = {.command = "inspect", .leader = false};
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(run, "config.yaml", path, sizeof(path)));
    MPB_TRY(mpb_run_config_read(&quiet, path, NULL, 0, &facts->config));
    MPB_TRY(mpb_path_join(run, "checkpoints", facts->folder, sizeof(facts->folder)));
    MPB_TRY(find_checkpoints(facts->folder, &facts->checkpoints));
    MPB_TRY(mpb_path_join(run, "metrics.jsonl", path, sizeof(path)));
    facts->metric = metric_of(&facts->config);
    MPB_TRY(mpb_run_metrics_read(path, facts->metric->name, facts->metric->smaller_is_better,
                                 &facts->metrics));
    facts->total_steps = mpb_run_num_steps(&facts->config.training, facts->metrics.steps_per_epoch);
    return MPB_OK;
}

/* A run that early stopping ended is finished before its last step; without it, final/ is that of a
 * shorter run which goes on. */
const char *mpb_run_facts_state(const char *run, const mpb_run_facts *facts)
{
    bool complete = facts->metrics.last_step >= facts->total_steps ||
                    facts->config.training.early_stopping_patience > 0;

    if (mpb_run_lock_is_held(run)) {
        return "running";
    }
    if (facts->metrics.last_step == 0) {
        return "not begun";
    }
    return complete && mpb_describe_has(run, "final") ? "finished" : "stopped";
}
