#include "mpibert/train/seeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/io/file.h"
#include "mpibert/train/sweep.h"
#include "run_groups.h"

static const long long LARGEST_SEED = 4294967295; /* of training.seed */

enum { NAME_SIZE = 32 };

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

/* The job and its groups of ranks. */
typedef struct seeds_job {
    const mpb_run_config *config;
    const mpb_seeds *seeds;
    run_groups groups;
} seeds_job;

static mpb_status seed_directory(const seeds_job *job, int64_t seed, char path[MPB_PATH_SIZE])
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "seed-%lld", (long long)seed);
    return mpb_path_join(job->config->checkpoint.directory, name, path, MPB_PATH_SIZE);
}

/* What is kept of the texts depends on the seed only where it chooses among them. */
static mpb_status fill_caches(const seeds_job *job)
{
    const size_t different = job->config->data.max_samples > 0 ? job->seeds->count : 1;

    for (size_t i = 0; job->groups.count > 1 && i < different; i++) {
        MPB_TRY(run_groups_fill_cache(&job->groups, job->config, job->seeds->items[i]));
    }
    return MPB_OK;
}

static mpb_status train_seed(const seeds_job *job, int64_t seed)
{
    char directory[MPB_PATH_SIZE];
    char name[NAME_SIZE];
    const group_run run = {
        .name = name, .directory = directory, .config = job->config, .seed = seed};
    mpb_status status;

    snprintf(name, sizeof(name), "seed %lld", (long long)seed);
    status = seed_directory(job, seed, directory);
    return status == MPB_OK ? run_groups_train(&job->groups, &run) : run_groups_fail(status, name);
}

/* The runs of this group. */
static mpb_status train_own(const seeds_job *job)
{
    const size_t groups = (size_t)job->groups.count;

    for (size_t i = (size_t)job->groups.own; i < job->seeds->count; i += groups) {
        bool stop;

        MPB_TRY(run_groups_hear(&job->groups, &stop));
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
    MPB_TRY(mpb_comm_agree(job->groups.comm, status == MPB_STOPPED ? MPB_OK : status));
    if (status == MPB_STOPPED) {
        status = MPB_FAIL(MPB_STOPPED,
                          "stopped with all work saved; submit the same command again to continue "
                          "with the seeds that are not finished (%s)",
                          job->config->checkpoint.directory);
    }
    return mpb_comm_agree(job->groups.comm, status);
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
    mpb_log_show(job->groups.log, "\n");
    mpb_log_show(job->groups.log, table->data);
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

static mpb_status fill_and_train(const seeds_job *job)
{
    mpb_status status = fill_caches(job);

    if (status == MPB_OK) {
        status = train_own(job);
    }
    if (status != MPB_OK) {
        run_groups_stop_others(&job->groups);
    }
    return status;
}

static mpb_status train(seeds_job *job, const mpb_log *log, const mpb_comm *comm, double started_at)
{
    mpb_status status;
    int ranks;

    MPB_TRY(run_groups_begin(log, comm, started_at, job->seeds->count, &job->groups));
    ranks = mpb_comm_size(job->groups.part);
    mpb_log_info(log, "%zu seeds, %d at a time on %d rank%s each (%s/seed-N)", job->seeds->count,
                 job->groups.count, ranks, ranks == 1 ? "" : "s",
                 job->config->checkpoint.directory);
    status = fill_and_train(job);
    run_groups_end(&job->groups);
    MPB_TRY(agree(job, status));
    return mpb_comm_agree(comm, mpb_comm_rank(comm) == 0 ? show_table(job) : MPB_OK);
}

mpb_status mpb_seeds_train(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                           const mpb_seeds *seeds, double started_at)
{
    seeds_job job = {.config = config, .seeds = seeds};
    mpb_run_lock lock = {.descriptor = -1};
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(comm) == 0) {
        status = mpb_run_lock_begin(log, config->checkpoint.directory, &lock);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = train(&job, log, comm, started_at);
    }
    mpb_run_lock_end(&lock, false);
    return status;
}
