#include "mpibert/train/signals.h"

#include <signal.h>
#include <stddef.h>

/* The one piece of state that a signal handler can reach. */
static volatile sig_atomic_t raised;

static void note(int signal_number)
{
    (void)signal_number;
    raised = 1;
}

void mpb_signals_watch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
}

bool mpb_signals_raised(void)
{
    return raised != 0;
}
