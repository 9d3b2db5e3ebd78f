#include "run_groups.h"

#include <stdio.h>

#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/inputs.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/session/run_task.h"
#include "mpibert/step/signals.h"
#include "mpibert/train/run.h"

enum { TEXT_SIZE = 1024 };

static int count_groups(int ranks, size_t num_runs)
{
    int groups = num_runs < (size_t)ranks ? (int)num_runs : ranks;

    while (ranks % groups != 0) {
        groups--;
    }
    return groups;
}

mpb_status run_groups_begin(const mpb_log *log, const mpb_comm *comm, double started_at,
                            size_t num_runs, run_groups *groups)
{
    const int size = mpb_comm_size(comm);
    const int count = count_groups(size, num_runs);

    *groups = (run_groups){.log = log,
                           .comm = comm,
                           .started_at = started_at,
                           .count = count,
                           .own = mpb_comm_rank(comm) / (size / count)};
    mpb_signals_hold();
    return mpb_comm_split(comm, groups->own, &groups->part);
}

void run_groups_end(run_groups *groups)
{
    mpb_comm_rejoin(&groups->part);
}

mpb_status run_groups_fill_cache(const run_groups *groups, const mpb_run_config *of, int64_t seed)
{
    mpb_run_config config = *of;
    mpb_opened_model opened = {0};
    mpb_run_inputs inputs = {0};
    const mpb_task_table *task;
    mpb_status status;

    config.training.seed = seed;
    status = mpb_opened_model_for_training(&config.model, &opened);
    if (status == MPB_OK) {
        status = mpb_run_task_settle(&config, &task);
    }
    if (status == MPB_OK) {
        status = mpb_corpus_settle_length(&opened, MPB_USUAL_LENGTH, &config);
    }
    status = mpb_comm_agree(groups->comm, status);
    if (status == MPB_OK) {
        status = mpb_run_inputs_load(groups->log, groups->comm, &config, &opened, &inputs);
    }
    mpb_run_inputs_clear(&inputs);
    mpb_opened_model_close(&opened);
    return status;
}

mpb_status run_groups_fail(mpb_status status, const char *name)
{
    char text[TEXT_SIZE];

    snprintf(text, sizeof(text), "%s", mpb_status_last());
    return MPB_FAIL(status, "%s: %s", name, text);
}

mpb_status run_groups_train(const run_groups *groups, const group_run *run)
{
    static char off[] = "off";
    mpb_run_config config = *run->config;
    mpb_log log = *groups->log;
    char directory[MPB_PATH_SIZE];
    mpb_status status;

    snprintf(directory, sizeof(directory), "%s", run->directory);
    config.training.seed = run->seed;
    config.checkpoint.directory = directory;
    if (groups->count > 1) {
        config.logging.progress = off; /* lines of several runs would stand for one */
    }
    log.part = run->name;
    log.leader = mpb_comm_rank(groups->part) == 0;
    status = mpb_train_run_until(&log, groups->part, &config, groups->started_at, run->until_epoch);
    if (status == MPB_STOPPED) {
        mpb_log_info(&log, "%s", mpb_status_last());
    }
    return status == MPB_OK ? MPB_OK : run_groups_fail(status, run->name);
}

mpb_status run_groups_hear(const run_groups *groups, bool *stop)
{
    double raised = mpb_signals_raised() || mpb_comm_has_rung(groups->part) ? 1.0 : 0.0;

    MPB_TRY(mpb_comm_max_double(groups->part, &raised, 1));
    *stop = raised > 0.0;
    return MPB_OK;
}

void run_groups_stop_others(const run_groups *groups)
{
    if (mpb_comm_rank(groups->part) == 0) {
        mpb_comm_ring(groups->part);
    }
}
