/* mpibert evaluate: scores a model on labelled data. */

#include <stdio.h>
#include <stdlib.h>

#include "jobs.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/model/head.h"
#include "mpibert/session/inference.h"
#include "mpibert/session/model_data.h"
#include "options.h"

const char mpb_help_evaluate[] =
    "usage: mpibert evaluate --model DIR --data PATH [--config FILE.yaml] [--output FILE]\n"
    "                        [section.key=value ...]\n\n"
    "Predicts the labelled examples of PATH (text, tables or shards), each exactly once whatever\n"
    "the number of ranks, and prints loss and metrics as one JSON object. No file is written\n"
    "without --output. For models that choose\n\n"
    "  one label of several   accuracy, F1, MCC, calibration error, the confusion matrix, and\n"
    "                         precision, recall and F1 of each label; f1 is that of the second\n"
    "                         label where there are two, otherwise the mean over all (macro_f1);\n"
    "                         f1_average says which\n"
    "  any number of labels   F1 (micro, macro, weighted, samples), subset accuracy, and "
    "precision,\n"
    "                         recall and F1 of each label\n"
    "  a label for each word  precision, recall and F1 of entities as seqeval's, strict F1, "
    "accuracy,\n"
    "                         and those of each type; of other labels F1, which is the accuracy\n"
    "  masked words           perplexity, accuracy; with pairs the accuracy of next sentences\n"
    "  answers to questions   F1 and exact match as the official scripts of SQuAD 1.1 and 2.0,\n"
    "                         0 to 100; where questions may stay unanswered those with and\n"
    "                         without an answer apart, and the best null_score_diff_threshold\n"
    "  scores                 correlations of Pearson and Spearman, mean squared error\n\n"
    "  --model DIR         a model directory with a trained head, or a run, whose final/ is\n"
    "                      taken, or an adapter on its base model, or the id of a model in\n"
    "                      models/ or in the cache of Hugging Face's libraries\n"
    "  --data PATH         labelled data, in a format of data.format\n"
    "  --config FILE.yaml  how to read it: data.encoding, data.remove_noise, columns, ...\n"
    "  --output FILE       where the metrics go besides the screen\n";

typedef struct arguments {
    mpb_inference_request request; /* its overrides are owned */
    const char *data;
    const char *output;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {{"--model", &args->request.model, NULL},
                                {"--data", &args->data, NULL},
                                {"--config", &args->request.config_path, NULL},
                                {"--output", &args->output, NULL}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->request.overrides,
                                 .num_overrides = &args->request.num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->request.model != NULL && args->data != NULL, MPB_ERR_CONFIG,
                "--model DIR and --data PATH are needed (command line)");
    return MPB_OK;
}

static mpb_status read_arguments(int argc, char **argv, arguments *args)
{
    args->request.overrides = calloc((size_t)argc + 1, sizeof(*args->request.overrides));
    MPB_REQUIRE(args->request.overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return mpb_option_check_output("--data", args->data, args->output);
}

static mpb_status write_object(const mpb_json *object, const char *output)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_json_write(object, 0, &text);

    if (status == MPB_OK) {
        status = mpb_buffer_append_text(&text, "\n");
    }
    if (status == MPB_OK) {
        fputs(text.data, stdout);
        status = output == NULL ? MPB_OK : mpb_file_replace(output, text.data, text.size);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status report(const mpb_task_table *task, const mpb_task_results *results,
                         const void *context)
{
    const arguments *args = context;
    mpb_json *object = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the metrics");
    status = task->report(results, object);
    if (status == MPB_OK) {
        status = write_object(object, args->output);
    }
    mpb_json_destroy(&object);
    return status;
}

/* One label leaves nothing to choose. */
static mpb_status check_classifier(const mpb_opened_model *opened)
{
    MPB_REQUIRE(!mpb_head_of(opened->config.head)->has_problem ||
                    opened->config.problem != MPB_SINGLE_LABEL || opened->config.num_labels > 1,
                MPB_ERR_DATA,
                "the model has 1 output, evaluate scores models that choose one label of several, "
                "any of them, or give scores; predict gives this one's outputs (%s)",
                opened->directory);
    return MPB_OK;
}

static mpb_status evaluate(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                           const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_dataset dataset = {0};
    mpb_status status;

    MPB_TRY(check_classifier(opened));
    status = mpb_labelled_data_load(log, comm, config, opened, args->data, &dataset);
    if (status == MPB_OK) {
        status =
            mpb_inference_once(log, comm, opened, config, mpb_task_of_model(&opened->config),
                               &dataset, (size_t)config->training.eval_batch_size, report, args);
    }
    mpb_dataset_clear(&dataset);
    return status;
}

mpb_status mpb_job_evaluate(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_run_config config = {0};
    mpb_opened_model opened = {0};
    arguments args = {0};
    mpb_status status = mpb_comm_agree(comm, read_arguments(argc, argv, &args));

    if (status == MPB_OK) {
        status = mpb_inference_open(log, comm, &args.request, &opened, &config);
    }
    if (status == MPB_OK) {
        status = evaluate(log, comm, &args, &config, &opened);
    }
    mpb_opened_model_close(&opened);
    mpb_run_config_clear(&config);
    free(args.request.overrides);
    return status;
}
