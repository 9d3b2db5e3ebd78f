/* mpibert predict: labels text that has none. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobs.h"
#include "mpibert/session/inference.h"
#include "mpibert/session/model_data.h"
#include "mpibert/task/predictions.h"
#include "options.h"
#include "results.h"

const char mpb_help_predict[] =
    "usage: mpibert predict --model DIR [--input PATH] [--output FILE] [--logits]\n"
    "                       [--config FILE.yaml] [section.key=value ...]\n\n"
    "Labels every text of PATH, or of standard input (plain text, one a line; JSON lines with\n"
    "data.format=jsonl), in input order: one JSON object a line, or a table for an --output that\n"
    "ends in .csv or .tsv. Scores are softmax of the logits; sigmoid for several labels a text or\n"
    "one output; the output itself for regression. Models that label words give the entities and\n"
    "the words of a text, tables a row a word; those that answer questions (SQuAD's JSON, or\n"
    "pairs with the question first) the answer, its place in the context, and the best others;\n"
    "those of masked words the likeliest words for each [MASK] of a text (inference.top_k=N).\n\n"
    "  --model DIR         a model directory with a trained head, or a run, whose final/ is\n"
    "                      taken, or an adapter on its base model, or the id of a model in\n"
    "                      models/ or in the cache of Hugging Face's libraries\n"
    "  --input PATH        file or folder in a format of data.format; -, the default: standard\n"
    "                      input\n"
    "  --output FILE       where the predictions go; -, the default: standard output\n"
    "  --logits            adds the logits\n"
    "  --config FILE.yaml  how to read the input: data.encoding, data.remove_noise, columns, ...\n";

typedef struct arguments {
    mpb_inference_request request; /* its overrides are owned */
    const char *input;
    const char *output;
    bool logits;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {{"--model", &args->request.model, NULL},
                                {"--input", &args->input, NULL},
                                {"--output", &args->output, NULL},
                                {"--config", &args->request.config_path, NULL},
                                {"--logits", NULL, &args->logits}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->request.overrides,
                                 .num_overrides = &args->request.num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->request.model != NULL, MPB_ERR_CONFIG,
                "--model DIR is needed (command line)");
    mpb_option_leave_out_dash(&args->input);
    mpb_option_leave_out_dash(&args->output);
    return MPB_OK;
}

static mpb_status read_arguments(int argc, char **argv, arguments *args)
{
    args->request.overrides = calloc((size_t)argc + 1, sizeof(*args->request.overrides));
    MPB_REQUIRE(args->request.overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return mpb_option_check_output("--input", args->input, args->output);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) && strcasecmp(text + length - strlen(end), end) == 0;
}

/* By the name of the output. */
static mpb_status format_predictions(const mpb_task_table *task, const mpb_task_results *results,
                                     const arguments *args, mpb_buffer *text)
{
    if (args->output != NULL && ends_with(args->output, ".csv")) {
        return mpb_predictions_write_table(task, results, ',', text);
    }
    if (args->output != NULL && ends_with(args->output, ".tsv")) {
        return mpb_predictions_write_table(task, results, '\t', text);
    }
    return mpb_predictions_write_jsonl(task, results, args->logits, text);
}

static mpb_status write_predictions(const mpb_task_table *task, const mpb_task_results *results,
                                    const void *context)
{
    const arguments *args = context;
    mpb_buffer text = {0};
    mpb_status status = format_predictions(task, results, args, &text);

    if (status == MPB_OK) {
        status = mpb_results_write(args->output, &text);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status predict(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                          const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_dataset dataset = {0};
    mpb_status status = mpb_unlabelled_data_load(log, comm, config, opened, args->input, &dataset);

    if (status == MPB_OK) {
        status = mpb_inference_once(log, comm, opened, config, mpb_task_predicting(&opened->config),
                                    &dataset, (size_t)config->inference.batch_size,
                                    write_predictions, args);
    }
    mpb_dataset_clear(&dataset);
    return status;
}

mpb_status mpb_job_predict(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_run_config config = {0};
    mpb_opened_model opened = {0};
    arguments args = {0};
    mpb_status status = mpb_comm_agree(comm, read_arguments(argc, argv, &args));

    if (status == MPB_OK) {
        status = mpb_inference_open(log, comm, &args.request, &opened, &config);
    }
    if (status == MPB_OK) {
        status = predict(log, comm, &args, &config, &opened);
    }
    mpb_opened_model_close(&opened);
    mpb_run_config_clear(&config);
    free(args.request.overrides);
    return status;
}
