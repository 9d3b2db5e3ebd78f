/* mpibert evaluate: scores a model on labelled data. */

#include <stdio.h>
#include <stdlib.h>

#include "jobs.h"
#include "mpibert/core/memory.h"
#include "mpibert/data/documents.h"
#include "mpibert/eval/metrics.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/train/inference.h"
#include "mpibert/train/model_data.h"
#include "options.h"

const char mpb_help_evaluate[] =
    "usage: mpibert evaluate --model DIR --data PATH [--config FILE.yaml] [--output FILE]\n"
    "                        [section.key=value ...]\n\n"
    "Predicts the labelled examples of PATH (text, tables or shards), each exactly once whatever\n"
    "the number of ranks, and prints loss, accuracy, F1, MCC and the confusion matrix as one JSON\n"
    "object. f1 is that of the second label where there are two, otherwise the mean over all\n"
    "(macro_f1); f1_average says which. No file is written without --output.\n\n"
    "  --model DIR         a model directory with a trained classification head, or a run, whose\n"
    "                      final/ is taken, or the id of a model in models/ or in the cache of\n"
    "                      Hugging Face's libraries\n"
    "  --data PATH         labelled data, in a format of data.format\n"
    "  --config FILE.yaml  how to read it: data.encoding, data.remove_noise, columns, ...\n"
    "  --output FILE       where the metrics go besides the screen\n";

typedef struct arguments {
    const char *model;
    const char *data;
    const char *config_path;
    const char *output;
    const char **overrides; /* owned */
    size_t num_overrides;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {{"--model", &args->model, NULL},
                                {"--data", &args->data, NULL},
                                {"--config", &args->config_path, NULL},
                                {"--output", &args->output, NULL}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->overrides,
                                 .num_overrides = &args->num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->model != NULL && args->data != NULL, MPB_ERR_CONFIG,
                "--model DIR and --data PATH are needed (command line)");
    return MPB_OK;
}

static mpb_status read_arguments(int argc, char **argv, arguments *args)
{
    args->overrides = calloc((size_t)argc + 1, sizeof(*args->overrides));
    MPB_REQUIRE(args->overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return mpb_option_check_output("--data", args->data, args->output);
}

static mpb_status add_confusion(const mpb_classification_metrics *metrics, mpb_json *object)
{
    mpb_json *rows = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "confusion_matrix", rows));
    for (int i = 0; i < metrics->num_labels; i++) {
        mpb_json *row = mpb_json_new_array();

        MPB_TRY(mpb_json_append(rows, row));
        for (int j = 0; j < metrics->num_labels; j++) {
            int64_t count = metrics->confusion[i * metrics->num_labels + j];

            MPB_TRY(mpb_json_append(row, mpb_json_new_integer(count)));
        }
    }
    return MPB_OK;
}

/* Which F1 `f1` is, in scikit-learn's words. */
static mpb_status describe_average(const mpb_strings *label_names, mpb_json *object)
{
    if (label_names->count != 2) {
        return mpb_json_set(object, "f1_average", mpb_json_new_text("macro"));
    }
    MPB_TRY(mpb_json_set(object, "f1_average", mpb_json_new_text("binary")));
    return mpb_json_set(object, "f1_label", mpb_json_new_text(label_names->items[1]));
}

static mpb_status describe(const mpb_classification_metrics *metrics,
                           const mpb_strings *label_names, mpb_json *object)
{
    mpb_json *names = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "examples", mpb_json_new_integer((int64_t)metrics->num_examples)));
    MPB_TRY(mpb_json_set(object, "loss", mpb_json_new_number(metrics->loss)));
    MPB_TRY(mpb_json_set(object, "accuracy", mpb_json_new_number(metrics->accuracy)));
    MPB_TRY(mpb_json_set(object, "f1", mpb_json_new_number(metrics->f1)));
    MPB_TRY(describe_average(label_names, object));
    MPB_TRY(mpb_json_set(object, "macro_f1", mpb_json_new_number(metrics->macro_f1)));
    MPB_TRY(mpb_json_set(object, "mcc", mpb_json_new_number(metrics->mcc)));
    MPB_TRY(mpb_json_set(object, "label_names", names));
    for (size_t j = 0; j < label_names->count; j++) {
        MPB_TRY(mpb_json_append(names, mpb_json_new_text(label_names->items[j])));
    }
    return add_confusion(metrics, object);
}

static mpb_status report(const mpb_classification_metrics *metrics, const mpb_strings *label_names,
                         const char *output)
{
    mpb_json *object = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status;

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the metrics");
    status = describe(metrics, label_names, object);
    if (status == MPB_OK) {
        status = mpb_json_write(object, 0, &text);
    }
    mpb_json_destroy(&object);
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

static mpb_status score(const mpb_log *log, const mpb_opened_model *opened,
                        const mpb_dataset *dataset, const mpb_documents *documents,
                        const float *logits, const char *output)
{
    mpb_classification_metrics metrics = {0};
    mpb_status status = mpb_classification_metrics_compute(
        documents->count, opened->config.num_labels, logits, documents->labels, &metrics);

    if (status == MPB_OK && log->leader) {
        status = report(&metrics, &dataset->label_names, output);
    }
    mpb_classification_metrics_clear(&metrics);
    return status;
}

static mpb_status evaluate(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                           const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_dataset dataset = {0};
    mpb_documents documents = {0};
    float *logits = NULL;
    mpb_status status = mpb_labelled_data_load(log, comm, config, opened, args->data, &dataset);

    if (status == MPB_OK) {
        status =
            mpb_inference_documents(log, comm, opened, config, &dataset,
                                    (size_t)config->training.eval_batch_size, &documents, &logits);
    }
    if (status == MPB_OK) {
        status =
            mpb_comm_agree(comm, score(log, opened, &dataset, &documents, logits, args->output));
    }
    mpb_memory_destroy(logits);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
    return status;
}

/* The metrics are those of one label of several. */
static mpb_status check_classifier(const mpb_opened_model *opened)
{
    MPB_REQUIRE(opened->config.problem == MPB_SINGLE_LABEL && opened->config.num_labels > 1,
                MPB_ERR_DATA,
                "the model has %d output%s%s, evaluate scores models that choose one label of "
                "several; predict gives this one's outputs (%s)",
                opened->config.num_labels, opened->config.num_labels == 1 ? "" : "s",
                opened->config.problem == MPB_MULTI_LABEL  ? " for any number of labels"
                : opened->config.problem == MPB_REGRESSION ? " for regression"
                                                           : "",
                opened->directory);
    return MPB_OK;
}

mpb_status mpb_job_evaluate(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_run_config config = {0};
    mpb_opened_model opened = {0};
    arguments args = {0};
    mpb_status status = read_arguments(argc, argv, &args);

    if (status == MPB_OK) {
        status = mpb_opened_model_open(args.model, &opened);
    }
    if (status == MPB_OK) {
        status = check_classifier(&opened);
    }
    if (status == MPB_OK) {
        status = mpb_inference_configure(log, args.config_path, args.overrides, args.num_overrides,
                                         &opened, &config);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        mpb_opened_model_warn(log, &opened);
        status = evaluate(log, comm, &args, &config, &opened);
    }
    mpb_opened_model_close(&opened);
    mpb_run_config_clear(&config);
    free(args.overrides);
    return status;
}
