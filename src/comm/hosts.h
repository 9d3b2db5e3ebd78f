#pragma once

/* Where ranks run. */

#include <stdbool.h>
#include <sys/types.h>

enum { HOST_NAME_SIZE = 65 }; /* Linux' longest, and its end */

/* Of one rank. */
struct comm_host {
    char name[HOST_NAME_SIZE]; /* without its domain */
    bool leads;                /* the rank is the first one of its node */
    pid_t process;             /* the rank's, as its host numbers it */
};
