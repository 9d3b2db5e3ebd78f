/* mpibert fetch: gets a model directory. */

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    "The hub is https://huggingface.co or what the environment variable HF_ENDPOINT names; "
    "HF_TOKEN\n"
    "holds a token for models that ask for one, and a hub that sends less than 1 KiB a second is\n"
    "given up after HF_HUB_DOWNLOAD_TIMEOUT seconds [30]. Sizes and hashes are held against what "
    "the\n"
    "hub says of them; texts above 32 MiB and weights above 32 GiB are refused. A directory that\n"
    "already holds the whole model is left as it is.\n";

enum { MAX_STALL_SECONDS = 86400, TOKEN_SIZE = 1024 };

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
    progress_line line = {0.0};
    char token[TOKEN_SIZE];
    mpb_fetch_request request = {.log = log,
                                 .endpoint = getenv("HF_ENDPOINT"),
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
    request.progress = log->leader && isatty(STDERR_FILENO) ? show_progress : NULL;
    watch_signals();
    status = mpb_fetch_model(&request, &result);
    if (request.progress != NULL) {
        end_progress();
    }
    if (status != MPB_OK) {
        end_by_signal();
        return status;
    }
    printf("%s: %s, %zu files, %.1f MB, verified\n", result.directory,
           result.already_there ? "already there" : "fetched", result.num_files,
           megabytes(result.bytes));
    return MPB_OK;
}
