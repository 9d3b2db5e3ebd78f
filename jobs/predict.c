/* mpibert predict: labels text that has none. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobs.h"
#include "mpibert/core/memory.h"
#include "mpibert/data/documents.h"
#include "mpibert/io/file.h"
#include "mpibert/report/predictions.h"
#include "mpibert/train/inference.h"
#include "mpibert/train/model_data.h"
#include "options.h"

const char mpb_help_predict[] =
    "usage: mpibert predict --model DIR [--input PATH] [--output FILE] [--logits]\n"
    "                       [--config FILE.yaml] [section.key=value ...]\n\n"
    "Labels every text of PATH, or of standard input (plain text, one a line; JSON lines with\n"
    "data.format=jsonl), in input order: one JSON object a line, or a table for an --output that\n"
    "ends in .csv or .tsv. Scores are softmax of the logits; sigmoid for several labels a text or\n"
    "one output; the output itself for regression.\n\n"
    "  --model DIR         a model directory with a trained classification head, or a run, whose\n"
    "                      final/ is taken, or the id of a model in models/ or in the cache of\n"
    "                      Hugging Face's libraries\n"
    "  --input PATH        file or folder in a format of data.format; -, the default: standard\n"
    "                      input\n"
    "  --output FILE       where the predictions go; -, the default: standard output\n"
    "  --logits            adds the logits\n"
    "  --config FILE.yaml  how to read the input: data.encoding, data.remove_noise, columns, ...\n";

typedef struct arguments {
    const char *model;
    const char *input;
    const char *output;
    const char *config_path;
    bool logits;
    const char **overrides; /* owned */
    size_t num_overrides;
} arguments;

/* "-" is the standard stream, as no path is. */
static void leave_out_dash(const char **path)
{
    if (*path != NULL && strcmp(*path, "-") == 0) {
        *path = NULL;
    }
}

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {{"--model", &args->model, NULL},
                                {"--input", &args->input, NULL},
                                {"--output", &args->output, NULL},
                                {"--config", &args->config_path, NULL},
                                {"--logits", NULL, &args->logits}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->overrides,
                                 .num_overrides = &args->num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->model != NULL, MPB_ERR_CONFIG, "--model DIR is needed (command line)");
    leave_out_dash(&args->input);
    leave_out_dash(&args->output);
    return MPB_OK;
}

static mpb_status read_arguments(int argc, char **argv, arguments *args)
{
    args->overrides = calloc((size_t)argc + 1, sizeof(*args->overrides));
    MPB_REQUIRE(args->overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return mpb_option_check_output("--input", args->input, args->output);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) && strcasecmp(text + length - strlen(end), end) == 0;
}

static mpb_prediction_kind kind_of(const mpb_model_config *config)
{
    if (config->problem == MPB_REGRESSION) {
        return MPB_PREDICT_NUMBER;
    }
    if (config->problem == MPB_MULTI_LABEL) {
        return MPB_PREDICT_LABELS;
    }
    return config->num_labels == 1 ? MPB_PREDICT_ONE : MPB_PREDICT_LABEL;
}

/* By the name of the output. */
static mpb_status format_predictions(const mpb_predictions *predictions, const char *output,
                                     mpb_buffer *text)
{
    if (output != NULL && ends_with(output, ".csv")) {
        return mpb_predictions_write_table(predictions, ',', text);
    }
    if (output != NULL && ends_with(output, ".tsv")) {
        return mpb_predictions_write_table(predictions, '\t', text);
    }
    return mpb_predictions_write_jsonl(predictions, text);
}

static mpb_status write_predictions(const mpb_predictions *predictions, const char *output)
{
    mpb_buffer text = {0};
    mpb_status status = format_predictions(predictions, output, &text);

    if (status == MPB_OK && output != NULL) {
        status = mpb_file_replace(output, text.data, text.size);
    } else if (status == MPB_OK && text.size > 0 &&
               (fwrite(text.data, 1, text.size, stdout) != text.size || fflush(stdout) != 0)) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "results could not be written: %s (standard output)",
                          strerror(errno));
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status predict(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                          const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_dataset dataset = {0};
    mpb_documents documents = {0};
    float *logits = NULL;
    mpb_status status = mpb_unlabelled_data_load(log, comm, config, opened, args->input, &dataset);

    if (status == MPB_OK) {
        status = mpb_inference_documents(log, comm, opened, config, &dataset,
                                         (size_t)config->inference.batch_size, &documents, &logits);
    }
    if (status == MPB_OK && log->leader) {
        const mpb_predictions predictions = {.kind = kind_of(&opened->config),
                                             .ids = &documents.ids,
                                             .label_names = &opened->label_names,
                                             .logits = logits,
                                             .with_logits = args->logits};

        status = write_predictions(&predictions, args->output);
    }
    mpb_memory_destroy(logits);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
    return mpb_comm_agree(comm, status);
}

mpb_status mpb_job_predict(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_run_config config = {0};
    mpb_opened_model opened = {0};
    arguments args = {0};
    mpb_status status = read_arguments(argc, argv, &args);

    if (status == MPB_OK) {
        status = mpb_opened_model_open(args.model, &opened);
    }
    if (status == MPB_OK) {
        status = mpb_inference_configure(log, args.config_path, args.overrides, args.num_overrides,
                                         &opened, &config);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        mpb_opened_model_warn(log, &opened);
        status = predict(log, comm, &args, &config, &opened);
    }
    mpb_opened_model_close(&opened);
    mpb_run_config_clear(&config);
    free(args.overrides);
    return status;
}
