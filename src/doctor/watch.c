#include "watch.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mpibert/comm/watch.h"
#include "mpibert/doctor/doctor.h"

enum { HOST_SIZE = 65, START_SECONDS = 60 };

/* What a signal's handler can reach. */
static char line[256];
static volatile size_t line_size;
static const mpb_comm *watched; /* NULL while MPI starts */

static void give_up(int signal_number)
{
    ssize_t written;

    (void)signal_number;
    written = write(STDERR_FILENO, line, line_size);
    (void)written; /* nobody is left to tell */
    if (watched != NULL) {
        mpb_comm_leave(watched, MPB_ERR_SYSTEM);
    }
    _exit(MPB_ERR_SYSTEM);
}

static void give_seconds(const mpb_comm *comm, const char *doing, unsigned seconds, int rank,
                         const char *host)
{
    int length;

    alarm(0);
    length = snprintf(line, sizeof(line),
                      "mpibert: doctor: no answer within %u s to %.100s (rank %d, host %.64s)\n",
                      seconds, doing, rank, host);
    line_size = (size_t)length;
    watched = comm;
    signal(SIGALRM, give_up);
    alarm(seconds);
}

void doctor_watch(const mpb_comm *comm, const char *doing, unsigned seconds)
{
    const int rank = mpb_comm_rank(comm);

    if (seconds == 0) {
        alarm(0);
        return;
    }
    give_seconds(comm, doing, seconds, rank, mpb_comm_host(comm, rank));
}

void mpb_doctor_watch_start(int rank)
{
    char host[HOST_SIZE] = "";

    gethostname(host, sizeof(host) - 1);
    give_seconds(NULL, "the start of MPI: do all hosts reach each other", START_SECONDS, rank,
                 host);
}
