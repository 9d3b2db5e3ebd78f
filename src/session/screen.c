#include "mpibert/session/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpibert/core/clock.h"

enum { PATH_SIZE = 64, LINK_SIZE = 256, STAT_SIZE = 512, NAME_SIZE = 32, MOST_PARENTS = 8 };
enum { DETAIL_SIZE = 128 };

/* Where descriptor `number` of a process leads, "" where that cannot be seen. */
static void read_link(long process, int number, char target[LINK_SIZE])
{
    char path[PATH_SIZE];
    ssize_t size;

    snprintf(path, sizeof(path), "/proc/%ld/fd/%d", process, number);
    size = readlink(path, target, LINK_SIZE - 1);
    target[size < 0 ? 0 : size] = '\0';
}

/* The name of a process (15 bytes of it) and its parent; false where it cannot be seen. */
static bool read_process(long process, char name[NAME_SIZE], long *parent)
{
    char path[PATH_SIZE];
    char text[STAT_SIZE] = "";
    const char *open;
    const char *close; /* names may hold parentheses themselves */
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/stat", process);
    file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    open = strchr(text, '(');
    close = strrchr(text, ')');
    if (open == NULL || close == NULL || close - open > NAME_SIZE) {
        return false;
    }
    snprintf(name, NAME_SIZE, "%.*s", (int)(close - open - 1), open + 1);
    return sscanf(close + 1, " %*c %ld", parent) == 1;
}

/* Processes that pass on what the ranks say; mpiexec.hydra, mpirun.mpich and the like, too. */
static bool is_launcher(const char *name)
{
    static const char *const names[] = {"mpirun",  "mpiexec", "orterun",
                                        "prterun", "prte",    "hydra_pmi_proxy"};
    const size_t length = strcspn(name, ".");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == length && strncmp(name, names[i], length) == 0) {
            return true;
        }
    }
    return false;
}

/* The outermost of the launchers above this process, 0: there is none. Scripts may stand between
 * them, as long as they pass on the same standard error. */
static long find_launcher(void)
{
    long process = (long)getpid();
    long parent = (long)getppid();
    long found = 0;
    char own[LINK_SIZE];

    read_link(process, STDERR_FILENO, own);
    for (int i = 0; i < MOST_PARENTS && parent > 1; i++) {
        char name[NAME_SIZE];
        char link[LINK_SIZE];

        process = parent;
        read_link(process, STDERR_FILENO, link);
        if (!read_process(process, name, &parent)) {
            break;
        }
        if (is_launcher(name)) {
            found = process;
        } else if (found != 0 || strcmp(link, own) != 0) {
            break;
        }
    }
    return found;
}

static bool is_terminal(const char *target)
{
    return strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0 ||
           strcmp(target, "/dev/console") == 0;
}

/* The terminal that standard stream `number` leads to, "" for none. */
static void find_terminal(int number, char target[LINK_SIZE])
{
    long launcher = find_launcher();

    if (launcher == 0 && !isatty(number)) {
        target[0] = '\0';
        return;
    }
    read_link(launcher == 0 ? (long)getpid() : launcher, number, target);
    if (!is_terminal(target)) {
        target[0] = '\0';
    }
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0';
}

static bool wants_plain_lines(void)
{
    return !is_set("TERM") || strcmp(getenv("TERM"), "dumb") == 0 || is_set("CI") ||
           is_set("NO_COLOR");
}

static mpb_progress_view find_view(const char *mode)
{
    mpb_progress_view view = {.style = MPB_PROGRESS_LINES};
    char error[LINK_SIZE];
    char output[LINK_SIZE];

    if (strcmp(mode, "off") == 0) {
        return (mpb_progress_view){.style = MPB_PROGRESS_NONE};
    }
    find_terminal(STDERR_FILENO, error);
    find_terminal(STDOUT_FILENO, output);
    if (error[0] == '\0' || (strcmp(mode, "auto") == 0 && wants_plain_lines())) {
        return view;
    }
    view.style = MPB_PROGRESS_MOVING;
    view.rows_too = output[0] != '\0';
    snprintf(view.terminal, sizeof(view.terminal), "%.*s", MPB_TERMINAL_NAME - 1, error);
    return view;
}

mpb_progress mpb_screen_progress(const mpb_log *log, const char *mode)
{
    const mpb_progress_view view = find_view(log->leader ? mode : "off");

    return mpb_progress_begin(log, &view, mpb_clock_seconds());
}

/* The line goes before anything else is said: when all is dealt out. */
void mpb_screen_corpus(void *context, const mpb_corpus_progress *p)
{
    char detail[DETAIL_SIZE];
    mpb_progress_part part = {.name = p->phase,
                              .done = (double)p->bytes,
                              .total = (double)p->total_bytes,
                              .seconds = p->seconds,
                              .detail = detail};
    size_t size;

    if (p->bytes >= p->total_bytes) {
        mpb_progress_clear(context);
        return;
    }
    size = (size_t)snprintf(detail, sizeof(detail), "%.1f of %.1f MB", part.done / 1e6,
                            part.total / 1e6);
    if (p->texts > 0) {
        snprintf(detail + size, sizeof(detail) - size, "  %.0f texts/s  %.1f M tokens/s",
                 (double)p->texts / p->seconds, (double)p->tokens / p->seconds / 1e6);
    }
    mpb_progress_in_part(context, mpb_clock_seconds(), &part);
}

static void show_predictions(mpb_progress *progress, const char *name,
                             const mpb_predict_progress *p)
{
    char detail[DETAIL_SIZE];
    const mpb_progress_part part = {.name = name,
                                    .done = (double)p->tokens,
                                    .total = (double)p->total_tokens,
                                    .seconds = p->seconds,
                                    .detail = detail};

    if (p->seconds > 0.0) {
        snprintf(detail, sizeof(detail), "%zu of %zu sequences%s  %.0f tokens/s", p->sequences,
                 p->total_sequences, p->ranks > 1 ? " of rank 0" : "",
                 (double)p->tokens / p->seconds * p->ranks);
    }
    mpb_progress_in_part(progress, mpb_clock_seconds(), &part);
}

void mpb_screen_predictions(void *context, const mpb_predict_progress *p)
{
    show_predictions(context, "predicting", p);
}

void mpb_screen_validation(void *context, const mpb_predict_progress *p)
{
    show_predictions(context, "validating", p);
}
