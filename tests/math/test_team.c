#include "mpibert/math/team.h"

#include "check.h"

enum { MAX_TASKS = 1000, MAX_THREADS = 4 };

typedef struct tally {
    int runs[MAX_TASKS];
    int wrong_threads;
    int threads;
} tally;

static void count_run(void *context, size_t task, int thread)
{
    tally *t = context;

    t->runs[task]++;
    if (thread < 0 || thread >= t->threads) {
        t->wrong_threads++;
    }
}

static void every_task_runs_once(int threads, size_t num_tasks)
{
    const mpb_team team = {threads};
    tally t = {.threads = threads};

    mpb_team_run(&team, num_tasks, count_run, &t);
    for (size_t i = 0; i < MAX_TASKS; i++) {
        CHECK(t.runs[i] == (i < num_tasks ? 1 : 0));
    }
    CHECK(t.wrong_threads == 0);
}

int main(void)
{
    for (int threads = 1; threads <= MAX_THREADS; threads++) {
        every_task_runs_once(threads, 0);
        every_task_runs_once(threads, 1);
        every_task_runs_once(threads, 2);
        every_task_runs_once(threads, MAX_TASKS);
    }
    return EXIT_SUCCESS;
}
