#include "mpibert/saving/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mpibert/io/file.h"
#include "mpibert/step/signals.h"
#include "saving_apart.h"

enum { REPORT_SIZE = 1024, STACK_BYTES = 2 << 20 };

struct mpb_keeper {
    mpb_keeper_parts parts;
    pthread_t watcher;
    mpb_state_lock state; /* held by who changes the state, or copies it */
    int64_t saved_step;
    pid_t writer; /* the child, 0: none yet */
    int64_t writer_step;
    int report; /* where it tells the outcome: status, then the description */
    bool ended;
};

/* What the child inherited is the parent's: open connections of MPI would look alive after the
 * parent's end, and a launcher waits for the end of the standard streams. */
static void let_go_of_files(int lock, int report)
{
    mpb_strings names = {0};
    int nothing = open("/dev/null", O_RDWR);

    for (int stream = 0; stream <= STDERR_FILENO && nothing >= 0; stream++) {
        dup2(nothing, stream);
    }
    if (mpb_directory_list("/proc/self/fd", &names) == MPB_OK) {
        for (size_t i = 0; i < names.count; i++) {
            int descriptor = atoi(names.items[i]);

            if (descriptor > STDERR_FILENO && descriptor != lock && descriptor != report) {
                close(descriptor);
            }
        }
    }
    mpb_strings_clear(&names);
}

/* The child's whole life. Of the parent's threads it has the one that forked. */
static _Noreturn void write_checkpoint(const mpb_keeper_parts *parts, int report)
{
    char text[REPORT_SIZE] = "";
    mpb_status status;
    bool told;

    setsid();
    signal(SIGPIPE, SIG_IGN);
    let_go_of_files(parts->lock->descriptor, report);
    *parts->team = (mpb_team){.threads = 1};
    mpb_run_lock_pass_on(parts->lock);
    status = mpb_saver_needs_all_ranks(parts->saver)
                 ? saving_apart_write(parts->saver, parts->state, parts->token)
                 : mpb_saver_write(parts->saver, parts->state);
    if (status != MPB_OK) {
        strncpy(text, mpb_status_last(), sizeof(text) - 1);
    }
    told = write(report, &status, sizeof(status)) == sizeof(status) &&
           write(report, text, sizeof(text)) == sizeof(text);
    _exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Without a child, mpb_keeper_save writes by itself. */
static void start_writer(mpb_keeper *keeper)
{
    int ends[2];
    pid_t child;

    if (keeper->writer > 0 || keeper->saved_step == keeper->parts.state->step || pipe(ends) != 0) {
        return;
    }
    child = fork();
    if (child == 0) {
        write_checkpoint(&keeper->parts, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return;
    }
    keeper->writer = child;
    keeper->writer_step = keeper->parts.state->step;
    keeper->report = ends[0];
    mpb_log_info(keeper->parts.log,
                 "saving step %lld in process %ld, which goes on if mpirun ends the ranks",
                 (long long)keeper->parts.state->step, (long)child);
}

static void *watch(void *context)
{
    mpb_keeper *keeper = context;

    mpb_signals_await();
    mpb_state_change(&keeper->state);
    if (!keeper->ended) {
        start_writer(keeper);
    }
    mpb_state_rest(&keeper->state);
    return NULL;
}

/* Its stack is for writing a checkpoint, and small enough for processes with a limit. */
static int start_watcher(mpb_keeper *keeper)
{
    pthread_attr_t attributes;
    int code;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    code = pthread_create(&keeper->watcher, &attributes, watch, keeper);
    pthread_attr_destroy(&attributes);
    return code;
}

mpb_status mpb_keeper_begin(const mpb_keeper_parts *parts, mpb_keeper **keeper)
{
    mpb_keeper *made = calloc(1, sizeof(*made));
    int code;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the keeper of the run");
    made->parts = *parts;
    made->saved_step = parts->state->step;
    mpb_state_lock_begin(&made->state);
    code = start_watcher(made);
    if (code != 0) {
        free(made);
        return MPB_FAIL(MPB_ERR_SYSTEM, "cannot start a thread that waits for signals: %s",
                        strerror(code));
    }
    *keeper = made;
    return MPB_OK;
}

void mpb_keeper_end(mpb_keeper **keeper)
{
    mpb_keeper *gone = *keeper;

    if (gone == NULL) {
        return;
    }
    gone->ended = true;
    mpb_state_rest(&gone->state);
    mpb_signals_wake();
    pthread_join(gone->watcher, NULL);
    mpb_state_lock_end(&gone->state);
    free(gone);
    *keeper = NULL;
}

mpb_state_lock *mpb_keeper_lock(mpb_keeper *keeper)
{
    return keeper == NULL ? NULL : &keeper->state;
}

void mpb_keeper_note_saved(mpb_keeper *keeper)
{
    if (keeper != NULL) {
        keeper->saved_step = keeper->parts.state->step;
    }
}

/* The whole of `size` bytes, or false where the child ended before. */
static bool receive(int report, void *bytes, size_t size)
{
    char *at = bytes;

    while (size > 0) {
        ssize_t count = read(report, at, size);

        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        at += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static mpb_status hear_writer(const mpb_keeper *keeper)
{
    char text[REPORT_SIZE];
    mpb_status status;
    bool told = receive(keeper->report, &status, sizeof(status)) &&
                receive(keeper->report, text, sizeof(text));

    close(keeper->report);
    waitpid(keeper->writer, NULL, 0);
    MPB_REQUIRE(told, MPB_ERR_SYSTEM, "the process that was saving step %lld has been killed (%s)",
                (long long)keeper->writer_step, keeper->parts.saver->run);
    return status == MPB_OK ? MPB_OK : MPB_FAIL(status, "%s", text);
}

mpb_status mpb_keeper_save(mpb_keeper *keeper)
{
    if (keeper == NULL || keeper->saved_step == keeper->parts.state->step) {
        return MPB_OK;
    }
    start_writer(keeper);
    if (keeper->writer > 0) {
        MPB_TRY(hear_writer(keeper));
        keeper->saved_step = keeper->writer_step;
    }
    /* There is no child. */
    if (keeper->saved_step != keeper->parts.state->step) {
        MPB_TRY(mpb_saver_write(keeper->parts.saver, keeper->parts.state));
        mpb_keeper_note_saved(keeper);
    }
    return MPB_OK;
}

bool mpb_keeper_save_part(mpb_keeper *keeper)
{
    const int64_t step = keeper->parts.state->step;

    if (keeper->saved_step == step) {
        return true;
    }
    start_writer(keeper);
    if (keeper->writer > 0 && hear_writer(keeper) == MPB_OK) {
        keeper->saved_step = keeper->writer_step;
    }
    return keeper->saved_step == step;
}
