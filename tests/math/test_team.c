/* mpb_team: every task once, on teams that are bound and awake or free and asleep. */

#define _GNU_SOURCE /* affinity masks */

#include "mpibert/math/team.h"

#include <assert.h>
#include <cblas.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/math/blas.h"

enum { MAX_TASKS = 1000, MAX_THREADS = 4, TINY_SETS = 1000000, FEW_SETS = 20000 };

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

static void every_task_runs_once(const mpb_team *team, size_t num_tasks)
{
    tally t = {.threads = team->threads};

    mpb_team_run(team, num_tasks, count_run, &t);
    for (size_t i = 0; i < MAX_TASKS; i++) {
        CHECK(t.runs[i] == (i < num_tasks ? 1 : 0));
    }
    CHECK(t.wrong_threads == 0);
}

static void sets_of_any_size_run_once(const mpb_team *team)
{
    every_task_runs_once(team, 0);
    every_task_runs_once(team, 1);
    every_task_runs_once(team, 2);
    every_task_runs_once(team, MAX_TASKS);
}

typedef struct cells {
    unsigned values[MAX_THREADS + 1];
} cells;

static void raise_cell(void *context, size_t task, int thread)
{
    cells *c = context;

    (void)thread;
    c->values[task]++;
}

/* Each set writes what the one before wrote, maybe on another thread: a set that ends too early, or
 * a task of the set before, leaves a cell behind. */
static void tiny_sets_follow_each_other(const mpb_team *team, unsigned sets)
{
    cells c = {{0}};

    for (unsigned i = 1; i <= sets; i++) {
        size_t num_tasks = 1 + i % (MAX_THREADS + 1);

        mpb_team_run(team, num_tasks, raise_cell, &c);
        for (size_t j = num_tasks; j <= MAX_THREADS; j++) {
            c.values[j]++;
        }
        for (size_t j = 0; j <= MAX_THREADS; j++) {
            CHECK(c.values[j] == i);
        }
    }
}

typedef struct sums {
    double values[MAX_TASKS];
} sums;

/* The first tasks take long and most take next to nothing. */
static void sum_unevenly(void *context, size_t task, int thread)
{
    sums *s = context;
    size_t terms = task < 3 ? 1000000 : task % 7 == 0 ? 10000 : 1;

    (void)thread;
    for (size_t i = 0; i < terms; i++) {
        s->values[task] += 1.0 / (double)(i + task + 1);
    }
}

static void uneven_tasks_give_what_one_thread_gives(const mpb_team *team)
{
    static sums alone, together;
    const mpb_team one = {.threads = 1};

    memset(&alone, 0, sizeof(alone));
    memset(&together, 0, sizeof(together));
    mpb_team_run(&one, MAX_TASKS, sum_unevenly, &alone);
    mpb_team_run(team, MAX_TASKS, sum_unevenly, &together);
    CHECK(memcmp(&alone, &together, sizeof(alone)) == 0);
}

typedef struct presence {
    bool seen[MAX_THREADS];
} presence;

static void note_presence(void *context, size_t task, int thread)
{
    presence *p = context;

    (void)task;
    p->seen[thread] = true;
    usleep(1000);
}

/* After a pause in which all have fallen asleep; how many sets it takes depends on the system. */
static void sleepers_wake(const mpb_team *team)
{
    int present = 0;

    for (int sets = 0; sets < 1000 && present < team->threads; sets++) {
        presence p = {{false}};

        usleep(2000);
        mpb_team_run(team, 20, note_presence, &p);
        present = 0;
        for (int i = 0; i < team->threads; i++) {
            present += p.seen[i];
        }
    }
    CHECK(present == team->threads);
}

/* The numbers of the cores that this process may use; gives how many. */
static int cores_of_process(int numbers[CPU_SETSIZE])
{
    cpu_set_t mask;
    int count = 0;

    CHECK(sched_getaffinity(0, sizeof(mask), &mask) == 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET((size_t)cpu, &mask)) {
            numbers[count++] = cpu;
        }
    }
    return count;
}

static void try_team(int threads, const int *cores, int num_cores, unsigned sets)
{
    cpu_set_t before;
    cpu_set_t after;
    mpb_team team;

    CHECK(sched_getaffinity(0, sizeof(before), &before) == 0);
    CHECK_OK(mpb_team_begin(threads, cores, num_cores, &team));
    CHECK(team.threads == threads);
    sets_of_any_size_run_once(&team);
    tiny_sets_follow_each_other(&team, sets);
    uneven_tasks_give_what_one_thread_gives(&team);
    sleepers_wake(&team);
    mpb_team_end(&team);
    CHECK(sched_getaffinity(0, sizeof(after), &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));
}

/* Bound and awake where there are the cores, else free and asleep: more sets only where they are
 * fast. */
static void teams_of_any_size_work(void)
{
    int numbers[CPU_SETSIZE];
    const int num_cores = cores_of_process(numbers);

    for (int threads = 1; threads <= MAX_THREADS; threads++) {
        try_team(threads, numbers, num_cores, threads <= num_cores ? TINY_SETS : FEW_SETS);
        try_team(threads, NULL, 0, FEW_SETS);
    }
}

typedef struct places {
    cpu_set_t masks[MAX_THREADS];
} places;

static void note_place(void *context, size_t task, int thread)
{
    places *p = context;

    (void)task;
    CHECK(sched_getaffinity(0, sizeof(cpu_set_t), &p->masks[thread]) == 0);
    usleep(1000);
}

static void threads_stay_on_the_cores_that_they_are_given(void)
{
    int numbers[CPU_SETSIZE];
    const int num_cores = cores_of_process(numbers);
    places seen = {0};
    mpb_team team;

    if (num_cores < 2) {
        return;
    }
    CHECK_OK(mpb_team_begin(2, numbers, 2, &team));
    mpb_team_run(&team, 100, note_place, &seen);
    for (int thread = 0; thread < 2; thread++) {
        CHECK(CPU_COUNT(&seen.masks[thread]) == 1);
        CHECK(CPU_ISSET((size_t)numbers[thread], &seen.masks[thread]));
    }
    mpb_team_end(&team);
}

typedef struct masks {
    sigset_t blocked[2];
} masks;

static void note_mask(void *context, size_t task, int thread)
{
    masks *m = context;

    (void)task;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &m->blocked[thread]) == 0);
    usleep(1000);
}

static void threads_get_the_signals_of_their_instructions_only(void)
{
    masks m;
    mpb_team team;

    CHECK_OK(mpb_team_begin(2, NULL, 0, &team));
    CHECK(sigemptyset(&m.blocked[0]) == 0 && sigemptyset(&m.blocked[1]) == 0);
    mpb_team_run(&team, 100, note_mask, &m);
    CHECK(sigismember(&m.blocked[0], SIGTERM) == 0);
    CHECK(sigismember(&m.blocked[1], SIGTERM) == 1);
    CHECK(sigismember(&m.blocked[1], SIGUSR1) == 1);
    CHECK(sigismember(&m.blocked[1], SIGSEGV) == 0);
    CHECK(sigismember(&m.blocked[1], SIGILL) == 0);
    mpb_team_end(&team);
}

static void a_core_that_is_not_there_is_an_error(void)
{
    const int beyond = CPU_SETSIZE - 1;
    mpb_team team = {0};

    CHECK_FAILS(mpb_team_begin(1, &beyond, 1, &team), MPB_ERR_SYSTEM, "core 1023");
    CHECK(team.crew == NULL);
    mpb_team_end(&team);
}

static int threads_of_process(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;

    CHECK(tasks != NULL);
    while (readdir(tasks) != NULL) {
        count++;
    }
    closedir(tasks);
    return count;
}

enum { SIDE = 512 };

static void multiply_by_blas(void *context, size_t task, int thread)
{
    static const float ones[SIDE * SIDE];
    float *products = context;

    (void)thread;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIDE, SIDE, SIDE, 1.0f, ones, SIDE, ones,
                SIDE, 0.0f, products + task * SIDE * SIDE, SIDE);
    usleep(1000);
}

/* BLAS over OpenMP would start threads for every thread that calls it. */
static void blas_starts_no_threads_of_its_own(void)
{
    static float products[8 * SIDE * SIDE];
    mpb_team team;
    int before;

    mpb_blas_single_threaded();
    CHECK_OK(mpb_team_begin(2, NULL, 0, &team));
    before = threads_of_process();
    mpb_team_run(&team, 8, multiply_by_blas, products);
    CHECK(threads_of_process() == before);
    mpb_team_end(&team);
}

static void count_errand(void *context)
{
    (*(int *)context)++;
}

static void note_thread(void *context, size_t task, int thread)
{
    ((int *)context)[task] = thread;
}

static void thread_0_runs_its_errand_after_each_of_its_tasks(int threads)
{
    enum { TASKS = 200 };
    int taken_by[TASKS];
    int errands = 0;
    int expected = 0;
    mpb_team team;

    CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
    mpb_team_run(&team, TASKS, note_thread, taken_by);
    team.errand = (mpb_errand){count_errand, &errands};
    mpb_team_run(&team, TASKS, note_thread, taken_by);
    for (int i = 0; i < TASKS; i++) {
        expected += taken_by[i] == 0;
    }
    CHECK(errands == expected);
    mpb_team_end(&team);
}

static void run_nested(void *context, size_t task, int thread)
{
    tally t = {.threads = 1};

    (void)task;
    (void)thread;
    mpb_team_run(context, 2, count_run, &t);
}

static void run_nested_in_a_child(void)
{
    mpb_team team;

    CHECK_OK(mpb_team_begin(2, NULL, 0, &team));
    CHECK(freopen("/dev/null", "w", stderr) != NULL);
    mpb_team_run(&team, 2, run_nested, &team);
    _exit(EXIT_SUCCESS);
}

/* Our own mistake, which builds without assertions do not look for. */
static void nested_sets_are_caught(void)
{
    bool caught = false;
    pid_t child;
    int status;

    assert((caught = true));
    if (!caught) {
        return;
    }
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        run_nested_in_a_child();
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    nested_sets_are_caught();
    teams_of_any_size_work();
    threads_stay_on_the_cores_that_they_are_given();
    threads_get_the_signals_of_their_instructions_only();
    a_core_that_is_not_there_is_an_error();
    blas_starts_no_threads_of_its_own();
    thread_0_runs_its_errand_after_each_of_its_tasks(1);
    thread_0_runs_its_errand_after_each_of_its_tasks(3);
    return EXIT_SUCCESS;
}
