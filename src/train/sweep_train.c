#include "mpibert/train/sweep_train.h"

#include <string.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/io/file.h"
#include "run_groups.h"
#include "sweep_caches.h"
#include "sweep_decide.h"
#include "sweep_failures.h"
#include "sweep_record.h"
#include "sweep_report.h"

typedef struct sweep_job {
    const mpb_log *log;
    const mpb_comm *comm; /* all ranks */
    sweep_state state;
    run_groups groups;
    bool anew; /* by checkpoint.resume: never, until all runs have begun */
} sweep_job;

static mpb_status train_run(const sweep_job *job, size_t setting, size_t seed, int64_t until_epoch)
{
    static char going_on[] = "auto";
    const mpb_sweep_file *file = job->state.file;
    mpb_run_config config = file->settings[setting].config;
    char directory[MPB_PATH_SIZE];
    char name[SWEEP_RUN_NAME];
    const group_run run = {.name = name,
                           .directory = directory,
                           .config = &config,
                           .seed = file->seeds[seed],
                           .until_epoch = until_epoch};
    mpb_status status = sweep_run_directory(&job->state, setting, seed, directory);

    sweep_run_name(&job->state, setting, seed, name);
    if (!job->anew) {
        config.checkpoint.resume = going_on;
    }
    return status == MPB_OK ? run_groups_train(&job->groups, &run) : run_groups_fail(status, name);
}

/* Of the runs that go on, one in as many as there are groups. */
static mpb_status train_own(const sweep_job *job, int64_t until_epoch, mpb_buffer *failed)
{
    const mpb_sweep_file *file = job->state.file;
    size_t number = 0;

    for (size_t i = 0; i < file->count * file->num_seeds; i++) {
        const size_t setting = i / file->num_seeds;
        mpb_status status;
        bool stop;

        if (job->state.settings[setting].ended_after > 0 ||
            number++ % (size_t)job->groups.count != (size_t)job->groups.own) {
            continue;
        }
        MPB_TRY(run_groups_hear(&job->groups, &stop));
        MPB_REQUIRE(!stop, MPB_STOPPED, "stopped before the next run");
        status = train_run(job, setting, i % file->num_seeds, until_epoch);
        if (status == MPB_STOPPED) {
            return status;
        }
        if (status != MPB_OK) {
            MPB_TRY(sweep_failures_add(&job->groups, setting, i % file->num_seeds, status, failed));
        }
    }
    return MPB_OK;
}

/* Whether any group was stopped. */
static mpb_status agree(const sweep_job *job, mpb_status status)
{
    if (status == MPB_STOPPED) {
        status = MPB_FAIL(MPB_STOPPED,
                          "stopped with all work saved; submit the same command again to continue "
                          "with the runs that are not finished (%s)",
                          job->state.directory);
    }
    MPB_TRY(mpb_comm_await_all(job->comm)); /* the others may train for long, yet */
    return mpb_comm_agree(job->comm, status);
}

/* Trains all runs that go on until so many epochs are done, 0: to their end. */
static mpb_status train_round(sweep_job *job, int64_t until_epoch)
{
    mpb_buffer failed = {0};
    mpb_status status = train_own(job, until_epoch, &failed);

    if (status != MPB_OK) {
        run_groups_stop_others(&job->groups);
    }
    status = agree(job, status);
    if (status == MPB_OK) {
        status = sweep_failures_share(job->comm, &failed, &job->state);
    }
    mpb_buffer_clear(&failed);
    job->anew = false;
    return status;
}

static mpb_status record(const sweep_state *state)
{
    sweep_result *results = NULL;
    mpb_status status = sweep_results_make(state, &results);

    if (status == MPB_OK) {
        status = sweep_record_write(state, results);
    }
    sweep_results_destroy(state, results);
    return status;
}

static void tell_decision(const sweep_job *job, int64_t epochs)
{
    const mpb_sweep_file *file = job->state.file;
    size_t left = 0;

    for (size_t i = 0; i < file->count; i++) {
        const int64_t ended = job->state.settings[i].ended_after;

        left += ended == 0 ? 1 : 0;
        if (ended == epochs) {
            mpb_log_info(job->log, "%s %s after epoch %lld", file->settings[i].name,
                         sweep_has_failed(&job->state, i) ? "failed, it ends" : "is stopped",
                         (long long)epochs);
        }
    }
    mpb_log_info(job->log, "%zu of %zu settings go on after epoch %lld", left, file->count,
                 (long long)epochs);
}

/* Which settings go on; recorded before any of them does. */
static mpb_status decide(sweep_job *job, int64_t epochs)
{
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(job->comm) == 0) {
        status = sweep_decide(&job->state, epochs);
        status = status == MPB_OK ? record(&job->state) : status;
    }
    MPB_TRY(mpb_comm_agree(job->comm, status));
    MPB_TRY(sweep_state_share(job->comm, &job->state));
    tell_decision(job, epochs);
    return MPB_OK;
}

static mpb_status train_rounds(sweep_job *job)
{
    const mpb_halving *halving = &job->state.file->halving;

    MPB_TRY(sweep_caches_fill(&job->groups, job->state.file));
    while (job->state.decided < halving->count) {
        const int64_t epochs = halving->after_epochs[job->state.decided];

        MPB_TRY(train_round(job, epochs));
        MPB_TRY(decide(job, epochs));
    }
    return train_round(job, 0);
}

static mpb_status train_in_groups(sweep_job *job, double started_at)
{
    const mpb_sweep_file *file = job->state.file;
    const size_t runs = file->count * file->num_seeds;
    mpb_status status;
    int ranks;

    MPB_TRY(run_groups_begin(job->log, job->comm, started_at, runs, &job->groups));
    ranks = mpb_comm_size(job->groups.part);
    mpb_log_info(job->log,
                 "%zu runs of %zu setting%s and %zu seed%s, %d at a time on %d rank%s each (%s)",
                 runs, file->count, file->count == 1 ? "" : "s", file->num_seeds,
                 file->num_seeds == 1 ? "" : "s", job->groups.count, ranks, ranks == 1 ? "" : "s",
                 job->state.directory);
    status = train_rounds(job);
    run_groups_end(&job->groups);
    return status;
}

static mpb_status write_results(const sweep_job *job, const sweep_result *results,
                                mpb_buffer *table)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(sweep_record_write(&job->state, results));
    MPB_TRY(sweep_report_write(&job->state, results, table));
    MPB_TRY(mpb_path_join(job->state.directory, "sweep.txt", path, sizeof(path)));
    MPB_TRY(mpb_file_replace(path, table->data, table->size));
    mpb_log_show(job->log, "\n");
    mpb_log_show(job->log, table->data);
    return MPB_OK;
}

/* On rank 0. */
static mpb_status show_results(const sweep_job *job)
{
    sweep_result *results = NULL;
    mpb_buffer table = {0};
    mpb_status status = sweep_results_make(&job->state, &results);

    if (status == MPB_OK) {
        status = write_results(job, results, &table);
    }
    sweep_results_destroy(&job->state, results);
    mpb_buffer_clear(&table);
    return status;
}

static mpb_status train(sweep_job *job, double started_at)
{
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(job->comm) == 0) {
        status = job->anew ? sweep_record_remove(&job->state) : sweep_record_read(&job->state);
    }
    MPB_TRY(mpb_comm_agree(job->comm, status));
    MPB_TRY(sweep_state_share(job->comm, &job->state));
    MPB_TRY(train_in_groups(job, started_at));
    MPB_TRY(mpb_comm_agree(job->comm, mpb_comm_rank(job->comm) == 0 ? show_results(job) : MPB_OK));
    return sweep_failures_conclude(&job->state);
}

static mpb_status lock_and_train(sweep_job *job, double started_at)
{
    mpb_run_lock lock = {.descriptor = -1};
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(job->comm) == 0) {
        status = mpb_run_lock_begin(job->log, job->state.directory, &lock);
    }
    status = mpb_comm_agree(job->comm, status);
    if (status == MPB_OK) {
        status = train(job, started_at);
    }
    mpb_run_lock_end(&lock, false);
    return status;
}

mpb_status mpb_sweep_train(const mpb_log *log, const mpb_comm *comm, const mpb_sweep_file *file,
                           const char *path, double started_at)
{
    const char *resume = file->settings[0].config.checkpoint.resume;
    sweep_job job = {.log = log, .comm = comm, .anew = strcmp(resume, "never") == 0};
    mpb_status status = mpb_comm_agree(comm, sweep_state_begin(file, &job.state));

    if (status == MPB_OK) {
        status = sweep_same_file(comm, file, path);
    }
    if (status == MPB_OK) {
        status = lock_and_train(&job, started_at);
    }
    sweep_state_clear(&job.state);
    return status;
}
