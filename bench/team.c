/* What it costs to run a set of tasks that do nothing on the threads of a rank.
 *
 *     bench_team [THREADS]
 *
 * Prints microseconds a set: of sets that follow each other at once, as in a training step, and of
 * sets that come after a pause in which the threads fall asleep. The threads are bound where there
 * are as many cores.
 */

#define _GNU_SOURCE /* affinity masks */

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mpibert/core/clock.h"
#include "mpibert/math/team.h"

enum { SETS = 200000, SETS_AFTER_PAUSE = 300, PAUSE_MICROSECONDS = 2000, TASKS_A_THREAD = 4 };

static void do_nothing(void *context, size_t task, int thread)
{
    (void)context;
    (void)task;
    (void)thread;
}

/* Seconds that one set takes; the pause before it does not count. */
static double time_sets(const mpb_team *team, int sets, useconds_t pause)
{
    double seconds = 0.0;

    for (int i = 0; i < sets; i++) {
        double started_at;

        if (pause > 0) {
            usleep(pause);
        }
        started_at = mpb_clock_seconds();
        mpb_team_run(team, (size_t)(TASKS_A_THREAD * team->threads), do_nothing, NULL);
        seconds += mpb_clock_seconds() - started_at;
    }
    return seconds / sets;
}

static int cores_of_process(int numbers[CPU_SETSIZE])
{
    cpu_set_t mask;
    int count = 0;

    CPU_ZERO(&mask);
    sched_getaffinity(0, sizeof(mask), &mask);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET((size_t)cpu, &mask)) {
            numbers[count++] = cpu;
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    int numbers[CPU_SETSIZE];
    const int num_cores = cores_of_process(numbers);
    const int threads = argc > 1 ? atoi(argv[1]) : num_cores;
    mpb_team team;

    if (threads < 1) {
        fprintf(stderr, "usage: bench_team [THREADS]\n");
        return EXIT_FAILURE;
    }
    if (mpb_team_begin(threads, numbers, num_cores, &team) != MPB_OK) {
        fprintf(stderr, "%s\n", mpb_status_last());
        return EXIT_FAILURE;
    }
    (void)time_sets(&team, SETS_AFTER_PAUSE, 0);
    printf("%d thread(s) on %d core(s), %d tasks a set\n", threads, num_cores,
           TASKS_A_THREAD * threads);
    printf("at once        %8.2f us a set\n", 1e6 * time_sets(&team, SETS, 0));
    printf("after a pause  %8.2f us a set\n",
           1e6 * time_sets(&team, SETS_AFTER_PAUSE, PAUSE_MICROSECONDS));
    mpb_team_end(&team);
    return EXIT_SUCCESS;
}
