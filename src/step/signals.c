#include "mpibert/step/signals.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "mpibert/comm/watch.h"
#include "mpibert/core/status.h"

static const char NOTHING_TO_SAVE[] =
    "mpibert: train: stopped by a signal before the first step, there was nothing to save; submit "
    "the same command again (train)\n";

/* The state that a signal handler can reach. */
static volatile sig_atomic_t raised;
static volatile sig_atomic_t held;
static volatile sig_atomic_t speaks;
static sem_t arrived;
static const mpb_comm *volatile ranks; /* borrowed; NULL: none are known yet */

static void note(int signal_number)
{
    const int error = errno;

    (void)signal_number;
    raised = 1;
    sem_post(&arrived);
    errno = error;
    if (!held) {
        if (speaks) {
            ssize_t written = write(STDERR_FILENO, NOTHING_TO_SAVE, sizeof(NOTHING_TO_SAVE) - 1);

            (void)written; /* there is nobody left to tell */
        }
        if (ranks != NULL) {
            mpb_comm_leave(ranks, MPB_STOPPED);
        }
        _exit(MPB_STOPPED);
    }
}

/* Calls that a signal interrupts are taken up again, so that none fails for it. */
static void watch(int signal_number, bool once)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    struct sigaction old;

    if (once) {
        action.sa_flags |= (int)SA_RESETHAND;
    }
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(signal_number, &action, NULL);
    }
}

void mpb_signals_watch(bool leader, bool alone)
{
    static const int others[] = {SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU};

    speaks = leader;
    sem_init(&arrived, 0, 0);
    watch(SIGINT, alone);
    watch(SIGTERM, alone);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        watch(others[i], false);
    }
}

void mpb_signals_tell(const mpb_comm *comm)
{
    ranks = comm;
}

void mpb_signals_hold(void)
{
    held = 1;
}

bool mpb_signals_raised(void)
{
    return raised != 0;
}

void mpb_signals_await(void)
{
    while (sem_wait(&arrived) != 0 && errno == EINTR) {
    }
}

void mpb_signals_wake(void)
{
    sem_post(&arrived);
}
