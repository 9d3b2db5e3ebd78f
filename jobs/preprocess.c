/* mpibert preprocess: raw text to HDF5 shards. */

#include <stdlib.h>

#include "jobs.h"
#include "mpibert/comm/watch.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"
#include "options.h"

const char mpb_help_preprocess[] =
    "usage: mpibert preprocess --config FILE.yaml --output DIR [--split WHICH]\n"
    "                          [section.key=value ...]\n\n"
    "Tokenises the text that the configuration names and writes DIR/shard-....h5 and, last,\n"
    "DIR/manifest.json. The bytes do not depend on the number of ranks.\n\n"
    "  --config FILE.yaml  the configuration; configs/reference.yaml explains every key\n"
    "  --output DIR        where the shards go, in place of an older set\n"
    "  --split WHICH       all (default): data.train before any split, which `train` still does;\n"
    "                      train or validation: one part of the split; test: data.test\n"
    "  section.key=value   overrides one key\n\n"
    "  mpirun -n 4 mpibert preprocess --config configs/newsposts.yaml --output shards/newsposts\n";

typedef struct arguments {
    const char *config_path;
    const char *output;
    const char *split_word;
    mpb_corpus_split split;
    const char **overrides; /* owned */
    size_t num_overrides;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {{"--config", &args->config_path, NULL},
                                {"--output", &args->output, NULL},
                                {"--split", &args->split_word, NULL}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->overrides,
                                 .num_overrides = &args->num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->output != NULL, MPB_ERR_CONFIG, "--output DIR is needed (command line)");
    MPB_REQUIRE(args->split_word == NULL || mpb_corpus_split_parse(args->split_word, &args->split),
                MPB_ERR_CONFIG,
                "--split is '%s', allowed are all, train, validation, test (command line)",
                args->split_word);
    return MPB_OK;
}

static mpb_status read_config(const mpb_log *log, int argc, char **argv, arguments *args,
                              mpb_run_config *config)
{
    args->overrides = calloc((size_t)argc + 1, sizeof(*args->overrides));
    MPB_REQUIRE(args->overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return mpb_run_config_read(log, args->config_path, args->overrides, args->num_overrides,
                               config);
}

static mpb_status open_corpus(mpb_run_config *config, mpb_corpus_split split,
                              mpb_opened_model *opened, mpb_corpus_options *options)
{
    MPB_TRY(mpb_opened_model_for_training(&config->model, opened));
    MPB_TRY(mpb_corpus_settle_length(opened, MPB_USUAL_LENGTH, config));
    return mpb_corpus_of_split(config, opened, split, options);
}

static mpb_status preprocess(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                             mpb_run_config *config)
{
    mpb_opened_model opened = {0};
    mpb_corpus_options options = {0};
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    mpb_status status = mpb_comm_agree(comm, open_corpus(config, args->split, &opened, &options));

    if (status == MPB_OK) {
        status = mpb_same_model(comm, &opened);
    }
    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    if (status == MPB_OK) {
        status = mpb_corpus_preprocess(comm, log, &options, args->output);
    }
    mpb_progress_clear(&progress);
    mpb_opened_model_close(&opened);
    return status;
}

mpb_status mpb_job_preprocess(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    arguments args = {.split = MPB_SPLIT_ALL};
    mpb_run_config config = {0};
    mpb_status status = mpb_comm_agree(comm, read_config(log, argc, argv, &args, &config));

    if (status == MPB_OK) {
        mpb_comm_allow_silence(comm, (double)config.cluster.silence_seconds);
        mpb_comm_note(comm, "reading", -1);
        status = mpb_same_config(comm, &config, args.config_path);
    }
    if (status == MPB_OK) {
        status = preprocess(log, comm, &args, &config);
    }
    mpb_run_config_clear(&config);
    free(args.overrides);
    return status;
}
