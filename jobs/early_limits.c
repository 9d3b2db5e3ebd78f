/* Sees to it that OpenBLAS gets the memory that it takes while it is loaded, since for want of it
 * that library hangs: a buffer for each thread that it might have, ahead of main and of every
 * constructor but those of .preinit_array. Where limits of the process leave too little for that,
 * the process starts again with one thread of OpenBLAS, which is all that is used; or it ends and
 * says why. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "launch.h"
#include "mpibert/core/status.h"
#include "mpibert/math/blas.h"

extern char **environ;

static const double MEBIBYTE = 1024.0 * 1024.0;

/* "195.3 MiB (ulimit -v)", of the limit that is most likely to have refused. */
static void describe_limit(char *text, size_t size)
{
    static const struct {
        int resource;
        const char *name;
    } limits[] = {{RLIMIT_AS, "ulimit -v"}, {RLIMIT_DATA, "ulimit -d"}};

    snprintf(text, size, "all that the system grants");
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct rlimit limit;

        if (getrlimit(limits[i].resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
            snprintf(text, size, "%.1f MiB (%s)", (double)limit.rlim_cur / MEBIBYTE,
                     limits[i].name);
            return;
        }
    }
}

/* Which of them OpenBLAS reads depends on how it was built. */
static const char *const thread_variables[] = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"};

enum { NUM_VARIABLES = sizeof(thread_variables) / sizeof(thread_variables[0]) };

/* At most. */
static int buffers_at_load(void)
{
    const int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int most = 1;

    for (int i = 0; i < NUM_VARIABLES; i++) {
        const char *text = getenv(thread_variables[i]);
        const int asked = text == NULL ? 0 : atoi(text);
        const int threads = asked > 0 && asked < cores ? asked : cores;

        most = threads > most ? threads : most;
    }
    return most;
}

static void start_with_one_thread(char **argv)
{
    for (int i = 0; i < NUM_VARIABLES; i++) {
        setenv(thread_variables[i], "1", 1);
    }
    execv("/proc/self/exe", argv);
}

static void refuse(const char *command)
{
    char limit[64];
    char line[512];
    ssize_t written;

    describe_limit(limit, sizeof(limit));
    snprintf(line, sizeof(line),
             "mpibert: %.20s: memory of this process is limited to %s, too little for the program "
             "and the 128 MiB that OpenBLAS takes while it is loaded; 1 GiB or more was expected "
             "(machine)\n",
             command, limit);
    written = write(STDERR_FILENO, line, strlen(line));
    (void)written; /* there is nobody left to tell */
}

static void check_room(int argc, char **argv, char **environment)
{
    int buffers;

    environ = environment; /* the C library has not been there yet */
    buffers = buffers_at_load();
    if (mpb_blas_has_room(buffers)) {
        return;
    }
    if (buffers > 1 && mpb_blas_has_room(1)) {
        start_with_one_thread(argv);
    }
    if (mpb_launch_find().rank == 0) {
        refuse(argc > 1 ? argv[1] : "start");
    }
    _exit(MPB_ERR_SYSTEM);
}

typedef void preinit_fn(int argc, char **argv, char **environment);

__attribute__((section(".preinit_array"), used)) static preinit_fn *const first = check_room;
