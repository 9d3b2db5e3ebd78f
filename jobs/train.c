/* mpibert train: fine-tunes from shards or straight from text. */

#include <stdlib.h>

#include "jobs.h"
#include "mpibert/train/run.h"
#include "options.h"

const char mpb_help_train[] =
    "usage: mpibert train --config FILE.yaml [section.key=value ...]\n\n"
    "Fine-tunes model.name on data.train (text, tables or shards) and writes the run directory\n"
    "checkpoint.directory: metrics.jsonl, checkpoints/, best/ and final/. Continues by itself "
    "from\n"
    "the newest valid checkpoint of that directory; checkpoint.resume=never starts anew.\n\n"
    "  --config FILE.yaml  the configuration; configs/reference.yaml explains every key\n"
    "  section.key=value   overrides one key\n\n"
    "  mpirun -n 4 mpibert train --config configs/newsposts.yaml training.epochs=5\n";

static mpb_status read_config(const mpb_log *log, int argc, char **argv, mpb_run_config *config)
{
    const char *path = NULL;
    const char **overrides = calloc((size_t)argc + 1, sizeof(*overrides));
    size_t num_overrides = 0;
    const mpb_option items[] = {{"--config", &path, NULL}};
    const mpb_options options = {
        .items = items, .count = 1, .overrides = overrides, .num_overrides = &num_overrides};
    mpb_status status;

    MPB_REQUIRE(overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    status = mpb_options_parse(&options, argc, argv);
    if (status == MPB_OK) {
        status = mpb_run_config_read(log, path, overrides, num_overrides, config);
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
    mpb_run_config config = {0};
    mpb_status status = read_config(log, argc, argv, &config);

    if (status == MPB_OK) {
        status = check(&config);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = mpb_train_run(log, comm, &config);
    }
    mpb_run_config_clear(&config);
    return status;
}
