#include "mpibert/train/seeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/comm/part.h"
#include "mpibert/io/file.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/inputs.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/session/run_task.h"
#include "mpibert/step/signals.h"
#include "mpibert/train/run.h"
#include "mpibert/train/sweep.h"

static const long long LARGEST_SEED = 4294967295; /* of training.seed */

enum { NAME_SIZE = 32, TEXT_SIZE = 1024 };

void mpb_seeds_clear(mpb_seeds *seeds)
{
    free(seeds->items);
    *seeds = (mpb_seeds){0};
}

static mpb_status add(mpb_seeds *seeds, long long seed)
{
    for (size_t i = 0; i < seeds->count; i++) {
        MPB_REQUIRE(seeds->items[i] != seed, MPB_ERR_CONFIG,
                    "--seeds has %lld twice, different seeds were expected (command line)", seed);
    }
    seeds->items[seeds->count++] = seed;
    return MPB_OK;
}

mpb_status mpb_seeds_read(const char *text, mpb_seeds *seeds)
{
    const char *at = text;

    seeds->items = calloc(strlen(text) + 1, sizeof(*seeds->items));
    MPB_REQUIRE(seeds->items != NULL, MPB_ERR_SYSTEM, "no memory for the seeds");
    for (;;) {
        char *end;
        long long seed;

        errno = 0;
        seed = strtoll(at, &end, 10);
        MPB_REQUIRE(*at >= '0' && *at <= '9' && errno == 0 && seed <= LARGEST_SEED &&
                        (*end == ',' || *end == '\0'),
                    MPB_ERR_CONFIG,
                    "--seeds is '%.100s', whole numbers from 0 to %lld with commas between them "
                    "were expected, as in 1,2,3 (command line)",
                    text, LARGEST_SEED);
        MPB_TRY(add(seeds, seed));
        if (*end == '\0') {
            return MPB_OK;
        }
        at = end + 1;
    }
}

int mpb_seeds_groups(int ranks, size_t count)
{
    int groups = count < (size_t)ranks ? (int)count : ranks;

    while (ranks % groups != 0) {
        groups--;
    }
    return groups;
}

/* The job and its groups of ranks. */
typedef struct seeds_job {
    const mpb_log *log;
    const mpb_comm *comm; /* all ranks */
    const mpb_run_config *config;
    const mpb_seeds *seeds;
    double started_at;
    int groups;
    mpb_comm *part; /* this rank's group */
    int group;
} seeds_job;

static mpb_status seed_directory(const seeds_job *job, int64_t seed, char path[MPB_PATH_SIZE])
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "seed-%lld", (long long)seed);
    return mpb_path_join(job->config->checkpoint.directory, name, path, MPB_PATH_SIZE);
}

/* Reads the data once on all ranks, so that the cache has it when the groups come. */
static mpb_status fill_cache(const seeds_job *job, int64_t seed)
{
    mpb_run_config config = *job->config;
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
    status = mpb_comm_agree(job->comm, status);
    if (status == MPB_OK) {
        status = mpb_run_inputs_load(job->log, job->comm, &config, &opened, &inputs);
    }
    mpb_run_inputs_clear(&inputs);
    mpb_opened_model_close(&opened);
    return status;
}

/* What is kept of the texts depends on the seed only where it chooses among them. */
static mpb_status fill_caches(const seeds_job *job)
{
    const size_t different = job->config->data.max_samples > 0 ? job->seeds->count : 1;

    for (size_t i = 0; job->groups > 1 && i < different; i++) {
        MPB_TRY(fill_cache(job, job->seeds->items[i]));
    }
    return MPB_OK;
}

/* The same description with the seed before it. */
static mpb_status name_seed(mpb_status status, const char *name)
{
    char text[TEXT_SIZE];

    snprintf(text, sizeof(text), "%s", mpb_status_last());
    return MPB_FAIL(status, "%s: %s", name, text);
}

static mpb_status train_seed(const seeds_job *job, int64_t seed)
{
    static char off[] = "off";
    mpb_run_config config = *job->config;
    mpb_log log = *job->log;
    char directory[MPB_PATH_SIZE];
    char name[NAME_SIZE];
    mpb_status status;

    snprintf(name, sizeof(name), "seed %lld", (long long)seed);
    status = seed_directory(job, seed, directory);
    config.training.seed = seed;
    config.checkpoint.directory = directory;
    if (job->groups > 1) {
        config.logging.progress = off; /* lines of several runs would stand for one */
    }
    log.part = name;
    log.leader = mpb_comm_rank(job->part) == 0;
    if (status == MPB_OK) {
        status = mpb_train_run(&log, job->part, &config, job->started_at);
    }
    if (status == MPB_STOPPED) {
        mpb_log_info(&log, "%s", mpb_status_last());
    }
    return status == MPB_OK ? MPB_OK : name_seed(status, name);
}

/* Whether the next run of this group need not begin. */
static mpb_status stops(const seeds_job *job, bool *stop)
{
    double raised = mpb_signals_raised() || mpb_comm_has_rung(job->part) ? 1.0 : 0.0;

    MPB_TRY(mpb_comm_max_double(job->part, &raised, 1));
    *stop = raised > 0.0;
    return MPB_OK;
}

/* The runs of this group. */
static mpb_status train_own(const seeds_job *job)
{
    for (size_t i = (size_t)job->group; i < job->seeds->count; i += (size_t)job->groups) {
        bool stop;

        MPB_TRY(stops(job, &stop));
        if (stop) {
            return MPB_FAIL(MPB_STOPPED, "stopped before seed %lld",
                            (long long)job->seeds->items[i]);
        }
        MPB_TRY(train_seed(job, job->seeds->items[i]));
    }
    return MPB_OK;
}

/* A failure counts more than that others were stopped for it. */
static mpb_status agree(const seeds_job *job, mpb_status status)
{
    MPB_TRY(mpb_comm_agree(job->comm, status == MPB_STOPPED ? MPB_OK : status));
    if (status == MPB_STOPPED) {
        status = MPB_FAIL(MPB_STOPPED,
                          "stopped with all work saved; submit the same command again to continue "
                          "with the seeds that are not finished (%s)",
                          job->config->checkpoint.directory);
    }
    return mpb_comm_agree(job->comm, status);
}

static mpb_status train_in_groups(seeds_job *job)
{
    mpb_status status;

    MPB_TRY(mpb_comm_split(job->comm, job->group, &job->part));
    status = train_own(job);
    if (status != MPB_OK && mpb_comm_rank(job->part) == 0) {
        mpb_comm_ring(job->part);
    }
    mpb_comm_rejoin(&job->part);
    return agree(job, status);
}

static mpb_status name_runs(const seeds_job *job, mpb_strings *runs)
{
    for (size_t i = 0; i < job->seeds->count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(seed_directory(job, job->seeds->items[i], path));
        MPB_TRY(mpb_strings_add(runs, path, strlen(path)));
    }
    return MPB_OK;
}

static mpb_status write_table(const seeds_job *job, const mpb_strings *runs, mpb_buffer *table)
{
    mpb_json *sweep = NULL;
    mpb_status status = mpb_sweep_describe(runs, &sweep);
    char path[MPB_PATH_SIZE];

    if (status == MPB_OK) {
        status = mpb_sweep_write_table(sweep, table);
    }
    mpb_json_destroy(&sweep);
    MPB_TRY(status);
    MPB_TRY(mpb_path_join(job->config->checkpoint.directory, "seeds.txt", path, sizeof(path)));
    MPB_TRY(mpb_file_replace(path, table->data, table->size));
    mpb_log_show(job->log, "\n");
    mpb_log_show(job->log, table->data);
    return MPB_OK;
}

/* On rank 0. */
static mpb_status show_table(const seeds_job *job)
{
    mpb_strings runs = {0};
    mpb_buffer table = {0};
    mpb_status status = name_runs(job, &runs);

    if (status == MPB_OK) {
        status = write_table(job, &runs, &table);
    }
    mpb_strings_clear(&runs);
    mpb_buffer_clear(&table);
    return status;
}

static mpb_status train(seeds_job *job)
{
    const int ranks = mpb_comm_size(job->comm) / job->groups;

    mpb_log_info(job->log, "%zu seeds, %d at a time on %d rank%s each (%s/seed-N)",
                 job->seeds->count, job->groups, ranks, ranks == 1 ? "" : "s",
                 job->config->checkpoint.directory);
    MPB_TRY(fill_caches(job));
    MPB_TRY(train_in_groups(job));
    return mpb_comm_agree(job->comm, mpb_comm_rank(job->comm) == 0 ? show_table(job) : MPB_OK);
}

mpb_status mpb_seeds_train(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                           const mpb_seeds *seeds, double started_at)
{
    const int size = mpb_comm_size(comm);
    const int groups = mpb_seeds_groups(size, seeds->count);
    seeds_job job = {.log = log,
                     .comm = comm,
                     .config = config,
                     .seeds = seeds,
                     .started_at = started_at,
                     .groups = groups,
                     .group = mpb_comm_rank(comm) / (size / groups)};
    mpb_run_lock lock = {.descriptor = -1};
    mpb_status status = MPB_OK;

    mpb_signals_hold(); /* one run may have much to save while another one begins */
    if (mpb_comm_rank(comm) == 0) {
        status = mpb_run_lock_begin(log, config->checkpoint.directory, &lock);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = train(&job);
    }
    mpb_run_lock_end(&lock, false);
    return status;
}
