#define _GNU_SOURCE /* pipe2 */

#include "mpibert/train/job_end.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_WORDS = 8, FIRST_ANSWER_MILLISECONDS = 5000, SOONEST_END = 1000000000 };

/* Who can be asked, the first that is there; `mark` stands before the time in what they say. */
typedef struct teller {
    const char *words[MOST_WORDS]; /* "" stands for the number of the job */
    const char *mark;
} teller;

static const teller tellers[] = {
    {{"squeue", "--noheader", "--jobs", "", "--format=%e", NULL}, ""},
    {{"scontrol", "--oneliner", "show", "job", "", NULL}, "EndTime="},
};

enum { NUM_TELLERS = sizeof(tellers) / sizeof(tellers[0]) };

double mpb_job_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds since 1970, or "2026-11-29T23:15:00" in local time; false for words such as "NONE". */
static bool read_time(const char *text, double *at)
{
    struct tm local = {.tm_isdst = -1};
    char *end;
    long seconds = strtol(text, &end, 10);

    if (end != text && *end != '-') {
        *at = (double)seconds;
        return seconds >= SOONEST_END;
    }
    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &local.tm_year, &local.tm_mon, &local.tm_mday,
               &local.tm_hour, &local.tm_min, &local.tm_sec) != 6) {
        return false;
    }
    local.tm_year -= 1900;
    local.tm_mon -= 1;
    *at = (double)mktime(&local);
    return *at >= SOONEST_END;
}

/* The whole answer is there. One that tells nothing leaves what was known. */
static void take_answer(mpb_job_end *end)
{
    double at;

    end->text[end->size] = '\0';
    for (size_t i = NUM_TELLERS; i-- > 0;) {
        const char *found = strstr(end->text, tellers[i].mark);

        if (found != NULL) {
            found += strlen(tellers[i].mark);
            found += strspn(found, " ");
            if (read_time(found, &at)) {
                end->at = at;
            }
            return;
        }
    }
}

void mpb_job_end_clear(mpb_job_end *end)
{
    if (end->child > 0) {
        close(end->answer);
        kill(-end->child, SIGKILL);
        waitpid(end->child, NULL, 0);
        end->child = 0;
    }
}

/* What has come of it until now. */
static void hear(mpb_job_end *end)
{
    while (end->child > 0) {
        size_t room = sizeof(end->text) - 1 - end->size;
        ssize_t count = read(end->answer, end->text + end->size, room);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        end->size += count > 0 ? (size_t)count : 0;
        if (count <= 0) {
            take_answer(end);
            mpb_job_end_clear(end);
        }
    }
}

/* In a group of its own, so that it can be ended with all it started; with the default signals. */
static int spawn(const teller *asked, const char *job, char **environment, int answer, pid_t *child)
{
    char *words[MOST_WORDS] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int code;

    for (size_t i = 0; asked->words[i] != NULL; i++) {
        words[i] = (char *)(asked->words[i][0] == '\0' ? job : asked->words[i]);
    }
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, answer, STDOUT_FILENO); /* may itself be 0 or 2 */
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    code = posix_spawnp(child, words[0], &files, &attributes, words, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return code;
}

/* Ours, with times as seconds since 1970; NULL: no memory. The texts are borrowed. */
static char **make_environment(void)
{
    static char format[] = "SLURM_TIME_FORMAT=%s";
    size_t count = 0;
    char **made;

    while (environ[count] != NULL) {
        count++;
    }
    made = calloc(count + 2, sizeof(*made));
    if (made != NULL) {
        made[0] = format; /* before the user's own */
        memcpy(made + 1, environ, count * sizeof(*made));
    }
    return made;
}

static void ask(mpb_job_end *end)
{
    char **environment = make_environment();
    pid_t child = 0;
    int code = ENOENT;
    int ends[2];

    end->asked_at = mpb_job_clock();
    end->size = 0;
    if (environment != NULL && pipe2(ends, O_CLOEXEC) == 0) {
        for (size_t i = 0; i < NUM_TELLERS && code == ENOENT; i++) {
            code = spawn(&tellers[i], end->job, environment, ends[1], &child);
        }
        close(ends[1]);
        if (code == 0) {
            end->child = child;
            end->answer = ends[0];
            fcntl(end->answer, F_SETFL, O_NONBLOCK);
        } else {
            close(ends[0]);
        }
        end->nobody_asks = code == ENOENT;
    }
    free(environment);
}

/* The first answer, for which the run's first lines wait a moment. */
static void await_answer(mpb_job_end *end)
{
    const double until = mpb_job_clock() + 1e-3 * FIRST_ANSWER_MILLISECONDS;

    while (end->child > 0 && mpb_job_clock() < until) {
        struct pollfd watched = {.fd = end->answer, .events = POLLIN};

        poll(&watched, 1, (int)ceil(1e3 * fmax(0.0, until - mpb_job_clock())));
        hear(end);
    }
}

void mpb_job_end_begin(mpb_job_end *end)
{
    const char *told = getenv("SLURM_JOB_END_TIME");

    *end = (mpb_job_end){.job = getenv("SLURM_JOB_ID"), .at = (double)INFINITY};
    if (end->job == NULL || end->job[0] == '\0') {
        end->job = NULL;
        return;
    }
    end->asked_at = mpb_job_clock();
    if (told == NULL || !read_time(told, &end->at)) {
        end->at = (double)INFINITY;
        ask(end);
        await_answer(end);
    }
}

void mpb_job_end_look(mpb_job_end *end, double every)
{
    if (end->job == NULL || end->nobody_asks) {
        return;
    }
    hear(end);
    if (mpb_job_clock() - end->asked_at >= every) {
        mpb_job_end_clear(end); /* whoever has not answered since the last question never will */
        ask(end);
    }
}
