#include "comm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

mpb_status mpb_comm_describe(int code, const char *call)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;

    MPI_Error_string(code, text, &length);
    return MPB_FAIL(MPB_ERR_SYSTEM, "MPI failed: %s (%.*s)", text, (int)strcspn(call, "("), call);
}

/* A call that failed may be the echo of another rank's end, whose line says more: the watch gets
 * the time to find it, and then ends this process. */
void mpb_comm_abort(const mpb_comm *comm, mpb_status status)
{
    const struct timespec time_to_find = {.tv_sec = 1, .tv_nsec = 500000000};
    const struct timespec time_to_pass_on = {.tv_nsec = 200000000};

    if (comm->watch != NULL) {
        nanosleep(&time_to_find, NULL);
    }
    fprintf(stderr, "mpibert: %s: %s (rank %d)\n", comm->command, mpb_status_last(), comm->rank);
    nanosleep(&time_to_pass_on, NULL); /* launchers drop what they have not read when a rank ends */
    if (comm->watch != NULL) {
        watch_leave(comm->watch, (int)status);
    }
    MPI_Abort(MPI_COMM_WORLD, (int)status);
    abort(); /* not reached: MPI has ended the process */
}
