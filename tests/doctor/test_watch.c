/* What waits too long is ended with a line and an exit code; what is done in time is not. */

#include "watch.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Runs in a child, whose standard error goes to `said`. */
static int wait_for(const mpb_comm *comm, bool hangs, char *said, size_t size)
{
    int ends[2];
    int status = 0;
    ssize_t length;
    pid_t child;

    CHECK(pipe(ends) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        doctor_watch(comm, "a folder that hangs", 1);
        if (!hangs) {
            doctor_watch(comm, "", 0);
        }
        sleep(hangs ? 20 : 2);
        _exit(0);
    }
    close(ends[1]);
    length = read(ends[0], said, size - 1);
    CHECK(length >= 0);
    said[length] = '\0';
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void what_hangs_is_ended_and_named(const mpb_comm *comm)
{
    char said[256] = "";

    CHECK(wait_for(comm, true, said, sizeof(said)) == MPB_ERR_SYSTEM);
    check_contains(said, "mpibert: doctor: no answer within 1 s to a folder that hangs (rank 0, ",
                   __FILE__, __LINE__);
}

static void what_is_done_in_time_is_left_alone(const mpb_comm *comm)
{
    char said[256] = "";

    CHECK(wait_for(comm, false, said, sizeof(said)) == 0);
    CHECK_TEXT(said, "");
}

int main(void)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_alone(&comm));
    what_hangs_is_ended_and_named(comm);
    what_is_done_in_time_is_left_alone(comm);
    mpb_comm_stop(&comm);
    return 0;
}
