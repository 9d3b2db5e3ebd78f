/* mpibert train: fine-tunes from shards or straight from text. */

#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/comm/watch.h"
#include "mpibert/config/sweep_file.h"
#include "mpibert/session/same_view.h"
#include "mpibert/train/job_end.h"
#include "mpibert/train/run.h"
#include "mpibert/train/seeds.h"
#include "mpibert/train/sweep_train.h"
#include "options.h"

const char mpb_help_train[] =
    "usage: mpibert train --config FILE.yaml [--seeds N,N,... | --sweep FILE.yaml]\n"
    "                     [section.key=value ...]\n\n"
    "Fine-tunes model.name on data.train (text, tables or shards) and writes the run directory\n"
    "checkpoint.directory: metrics.jsonl, checkpoints/, best/ and final/. Continues by itself "
    "from\n"
    "the newest valid checkpoint of that directory; checkpoint.resume=never starts anew.\n\n"
    "  --config FILE.yaml  the configuration; configs/reference.yaml explains every key\n"
    "  --seeds 1,2,3       a run of each training.seed in checkpoint.directory/seed-N, in groups "
    "of\n"
    "                      ranks at the same time, and a table of all in seeds.txt\n"
    "  --sweep FILE.yaml   ways of training, with alternatives of any keys, each with several "
    "seeds:\n"
    "                      runs in checkpoint.directory/SETTING-seed-N, as with --seeds, the "
    "worst\n"
    "                      settings stopped early where it says so, and a table in sweep.txt;\n"
    "                      configs/sweep.yaml shows the form\n"
    "  section.key=value   overrides one key\n\n"
    "  mpirun -n 4 mpibert train --config configs/newsposts.yaml training.epochs=5\n";

/* What is to be trained: a run of each seed, or without any of the configuration's, or a sweep. */
typedef struct train_command {
    const char *config_path;
    const char *sweep_path; /* NULL: no sweep */
    mpb_run_config config;  /* of no sweep */
    mpb_seeds seeds;
    mpb_sweep_file sweep;
} train_command;

static void clear(train_command *command)
{
    mpb_run_config_clear(&command->config);
    mpb_seeds_clear(&command->seeds);
    mpb_sweep_file_clear(&command->sweep);
}

/* A seed beside those of --seeds would go unheard. */
static mpb_status refuse_seed(const char *const *overrides, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(strncmp(overrides[i], "training.seed=", 14) != 0 &&
                        strncmp(overrides[i], "seed=", 5) != 0,
                    MPB_ERR_CONFIG,
                    "%s is given beside --seeds, one of both was expected "
                    "(command line)",
                    overrides[i]);
    }
    return MPB_OK;
}

static mpb_status read_settings(const mpb_log *log, const char *seeds, const char *const *overrides,
                                size_t count, train_command *command)
{
    MPB_REQUIRE(seeds == NULL || command->sweep_path == NULL, MPB_ERR_CONFIG,
                "--seeds is given beside --sweep, whose file has the seeds (command line)");
    if (command->sweep_path != NULL) {
        return mpb_sweep_file_read(log, command->sweep_path, command->config_path, overrides, count,
                                   &command->sweep);
    }
    if (seeds != NULL) {
        MPB_TRY(refuse_seed(overrides, count));
        MPB_TRY(mpb_seeds_read(seeds, &command->seeds));
    }
    return mpb_run_config_read(log, command->config_path, overrides, count, &command->config);
}

static mpb_status read_command(const mpb_log *log, int argc, char **argv, train_command *command)
{
    const char *seeds = NULL;
    const char **overrides = calloc((size_t)argc + 1, sizeof(*overrides));
    size_t num_overrides = 0;
    const mpb_option items[] = {{"--config", &command->config_path, NULL},
                                {"--seeds", &seeds, NULL},
                                {"--sweep", &command->sweep_path, NULL}};
    const mpb_options options = {
        .items = items, .count = 3, .overrides = overrides, .num_overrides = &num_overrides};
    mpb_status status;

    MPB_REQUIRE(overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    status = mpb_options_parse(&options, argc, argv);
    if (status == MPB_OK) {
        status = read_settings(log, seeds, overrides, num_overrides, command);
    }
    free(overrides);
    return status;
}

static mpb_status check(const mpb_run_config *config)
{
    MPB_REQUIRE(config->data.train.count > 0, MPB_ERR_CONFIG,
                "there is nothing to train on: set data.train in the configuration or give "
                "data.train=PATH (command line)");
    return MPB_OK;
}

static mpb_status check_all(const train_command *command)
{
    if (command->sweep_path == NULL) {
        return check(&command->config);
    }
    for (size_t i = 0; i < command->sweep.count; i++) {
        MPB_TRY(check(&command->sweep.settings[i].config));
    }
    return MPB_OK;
}

static mpb_status train(const mpb_log *log, const mpb_comm *comm, const train_command *command,
                        double started_at)
{
    const mpb_run_config *config =
        command->sweep_path == NULL ? &command->config : &command->sweep.settings[0].config;

    mpb_comm_allow_silence(comm, (double)config->cluster.silence_seconds);
    if (command->sweep_path != NULL) {
        return mpb_sweep_train(log, comm, &command->sweep, command->sweep_path, started_at);
    }
    MPB_TRY(mpb_same_config(comm, config, command->config_path));
    return command->seeds.count > 0
               ? mpb_seeds_train(log, comm, config, &command->seeds, started_at)
               : mpb_train_run(log, comm, config, started_at);
}

mpb_status mpb_job_train(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    const double started_at = mpb_job_clock();
    train_command command = {0};
    mpb_status status = read_command(log, argc, argv, &command);

    if (status == MPB_OK) {
        status = check_all(&command);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = train(log, comm, &command, started_at);
    }
    clear(&command);
    return status;
}
