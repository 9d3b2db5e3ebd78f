/* mpibert train: fine-tunes from shards or straight from text. */

#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/comm/watch.h"
#include "mpibert/session/same_view.h"
#include "mpibert/train/job_end.h"
#include "mpibert/train/run.h"
#include "mpibert/train/seeds.h"
#include "options.h"

const char mpb_help_train[] =
    "usage: mpibert train --config FILE.yaml [--seeds N,N,...] [section.key=value ...]\n\n"
    "Fine-tunes model.name on data.train (text, tables or shards) and writes the run directory\n"
    "checkpoint.directory: metrics.jsonl, checkpoints/, best/ and final/. Continues by itself "
    "from\n"
    "the newest valid checkpoint of that directory; checkpoint.resume=never starts anew.\n\n"
    "  --config FILE.yaml  the configuration; configs/reference.yaml explains every key\n"
    "  --seeds 1,2,3       a run of each training.seed in checkpoint.directory/seed-N, in groups "
    "of\n"
    "                      ranks at the same time, and a table of all in seeds.txt\n"
    "  section.key=value   overrides one key\n\n"
    "  mpirun -n 4 mpibert train --config configs/newsposts.yaml training.epochs=5\n";

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

static mpb_status read_command(const mpb_log *log, int argc, char **argv, const char **path,
                               mpb_seeds *seeds, mpb_run_config *config)
{
    const char *list = NULL;
    const char **overrides = calloc((size_t)argc + 1, sizeof(*overrides));
    size_t num_overrides = 0;
    const mpb_option items[] = {{"--config", path, NULL}, {"--seeds", &list, NULL}};
    const mpb_options options = {
        .items = items, .count = 2, .overrides = overrides, .num_overrides = &num_overrides};
    mpb_status status;

    MPB_REQUIRE(overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    status = mpb_options_parse(&options, argc, argv);
    if (status == MPB_OK && list != NULL) {
        status = refuse_seed(overrides, num_overrides);
    }
    if (status == MPB_OK && list != NULL) {
        status = mpb_seeds_read(list, seeds);
    }
    if (status == MPB_OK) {
        status = mpb_run_config_read(log, *path, overrides, num_overrides, config);
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

mpb_status mpb_job_train(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    const double started_at = mpb_job_clock();
    mpb_run_config config = {0};
    const char *path = NULL;
    mpb_seeds seeds = {0};
    mpb_status status = read_command(log, argc, argv, &path, &seeds, &config);

    if (status == MPB_OK) {
        status = check(&config);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        mpb_comm_allow_silence(comm, (double)config.cluster.silence_seconds);
        status = mpb_same_config(comm, &config, path);
    }
    if (status == MPB_OK) {
        status = seeds.count > 0 ? mpb_seeds_train(log, comm, &config, &seeds, started_at)
                                 : mpb_train_run(log, comm, &config, started_at);
    }
    mpb_run_config_clear(&config);
    mpb_seeds_clear(&seeds);
    return status;
}
