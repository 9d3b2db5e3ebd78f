/* Preloaded: the clock of host SKEW_HOST is SKEW_SECONDS ahead, as no name space can make it. */

#define _GNU_SOURCE /* gethostname, syscall */

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long skew_here(void)
{
    const char *host = getenv("SKEW_HOST");
    const char *seconds = getenv("SKEW_SECONDS");
    char own[65] = "";

    gethostname(own, sizeof(own) - 1);
    return host != NULL && seconds != NULL && strcmp(host, own) == 0 ? atol(seconds) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int code = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_REALTIME) {
        now->tv_sec += skew_here();
    }
    return code;
}
