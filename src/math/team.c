#define _GNU_SOURCE /* affinity of threads */

#include "mpibert/math/team.h"

#include <assert.h>
#include <emmintrin.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/math/blas.h"

enum { CACHE_LINE = 64, LOOKS = 32 };

/* Longer than the gaps between the sets of a training step, shorter than a sum over ranks. */
static const double PATIENCE_SECONDS = 100e-6;

/* Where threads sleep until something has come. */
typedef struct gate {
    pthread_cond_t condition;
    atomic_int sleepers;
} gate;

typedef struct worker {
    mpb_crew *crew;
    int thread;
    pthread_t handle;
} worker;

/* A set of tasks is open while `left` is positive. A worker counts as active before it takes a
 * task, so once none is left and nobody is active the set is done, and a worker that comes too late
 * finds nothing: the caller never waits for one that is still asleep. */
struct mpb_crew {
    const mpb_team *team; /* that runs the set of tasks */
    mpb_task_fn *task;
    void *context;
    size_t num_tasks;
    bool running;    /* a set of tasks; the caller's */
    double patience; /* seconds of waiting before sleep */
    cpu_set_t place; /* where the caller ran before */
    atomic_bool ending;
    pthread_mutex_t lock; /* of both gates */
    gate begun;           /* workers wait for tasks */
    gate done;            /* the caller waits for workers */
    _Alignas(CACHE_LINE) atomic_long left;
    _Alignas(CACHE_LINE) atomic_int active;
    _Alignas(CACHE_LINE) int num_workers;
    worker workers[];
};

typedef bool ready_fn(mpb_crew *crew);

static bool has_begun(mpb_crew *crew)
{
    return atomic_load(&crew->left) > 0 || atomic_load(&crew->ending);
}

static bool is_done(mpb_crew *crew)
{
    return atomic_load(&crew->active) == 0;
}

static bool comes_soon(mpb_crew *crew, ready_fn *ready)
{
    const double until = mpb_clock_seconds() + crew->patience;

    do {
        for (int i = 0; i < LOOKS; i++) {
            if (ready(crew)) {
                return true;
            }
            _mm_pause();
        }
    } while (mpb_clock_seconds() < until);
    return false;
}

/* Who goes to sleep first says so and then looks once more; who opens the gate first makes it
 * ready and then looks for sleepers. */
static void wait_until(mpb_crew *crew, ready_fn *ready, gate *at)
{
    if (ready(crew) || comes_soon(crew, ready)) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_add(&at->sleepers, 1);
    while (!ready(crew)) {
        pthread_cond_wait(&at->condition, &crew->lock);
    }
    atomic_fetch_sub(&at->sleepers, 1);
    pthread_mutex_unlock(&crew->lock);
}

static void open_gate(mpb_crew *crew, gate *at)
{
    if (atomic_load(&at->sleepers) > 0) {
        pthread_mutex_lock(&crew->lock);
        pthread_cond_broadcast(&at->condition);
        pthread_mutex_unlock(&crew->lock);
    }
}

static void run_tasks(mpb_crew *crew, int thread)
{
    long left;

    while ((left = atomic_fetch_sub(&crew->left, 1)) > 0) {
        crew->task(crew->context, crew->num_tasks - (size_t)left, thread);
        mpb_team_attend(crew->team, thread);
    }
}

static void *work(void *argument)
{
    const worker *me = argument;
    mpb_crew *crew = me->crew;

    pthread_mutex_lock(&crew->lock);
    mpb_blas_join_thread();
    pthread_mutex_unlock(&crew->lock);
    for (;;) {
        wait_until(crew, has_begun, &crew->begun);
        if (atomic_load(&crew->ending)) {
            return NULL;
        }
        atomic_fetch_add(&crew->active, 1);
        run_tasks(crew, me->thread);
        if (atomic_fetch_sub(&crew->active, 1) == 1) {
            open_gate(crew, &crew->done);
        }
    }
}

/* Of thread `thread`, on a team that has cores of its own. */
static cpu_set_t place_of(int thread, int threads, const int *cores, int num_cores)
{
    cpu_set_t place;

    CPU_ZERO(&place);
    for (int i = 0; i < num_cores; i++) {
        if (threads < num_cores || i == thread) {
            CPU_SET((size_t)cores[i], &place);
        }
    }
    return place;
}

/* Signals are the caller's: they interrupt its waiting for other ranks. Those that a thread's own
 * instructions raise stay with it: were they blocked, no handler would see them, such as one that
 * reports where a program fails. */
static sigset_t signals_of_caller(void)
{
    sigset_t signals;

    sigfillset(&signals);
    sigdelset(&signals, SIGBUS);
    sigdelset(&signals, SIGFPE);
    sigdelset(&signals, SIGILL);
    sigdelset(&signals, SIGSEGV);
    return signals;
}

static int create_thread(worker *made, const cpu_set_t *place)
{
    const sigset_t blocked = signals_of_caller();
    pthread_attr_t attributes;
    sigset_t before;
    int code;

    pthread_attr_init(&attributes);
    if (place != NULL) {
        pthread_attr_setaffinity_np(&attributes, sizeof(*place), place);
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    code = pthread_create(&made->handle, &attributes, work, made);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return code;
}

static mpb_status add_worker(mpb_team *team, const int *cores, int num_cores, bool bound)
{
    mpb_crew *crew = team->crew;
    worker *made = &crew->workers[crew->num_workers];
    int code;
    cpu_set_t place;

    *made = (worker){.crew = crew, .thread = crew->num_workers + 1};
    place = place_of(made->thread, team->threads, cores, num_cores);
    code = create_thread(made, bound ? &place : NULL);
    MPB_REQUIRE(code == 0, MPB_ERR_SYSTEM, "thread %d of %d could not be started: %s",
                made->thread + 1, team->threads, strerror(code));
    crew->num_workers++;
    return MPB_OK;
}

static mpb_status bind_caller(int threads, const int *cores, int num_cores)
{
    const cpu_set_t place = place_of(0, threads, cores, num_cores);

    MPB_REQUIRE(sched_setaffinity(0, sizeof(place), &place) == 0, MPB_ERR_SYSTEM,
                "the system refuses core %d, which this process was given", cores[0]);
    return MPB_OK;
}

mpb_status mpb_team_begin(int threads, const int *cores, int num_cores, mpb_team *team)
{
    const bool bound = cores != NULL && threads <= num_cores;
    mpb_team made = {.threads = threads};
    mpb_status status;
    void *block = NULL;

    assert(threads >= 1);
    MPB_TRY(mpb_memory_create(1, sizeof(mpb_crew) + (size_t)(threads - 1) * sizeof(worker),
                              "the threads of a rank", &block));
    made.crew = block;
    made.crew->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    made.crew->begun.condition = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    made.crew->done.condition = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    made.crew->patience = bound ? PATIENCE_SECONDS : 0.0;
    sched_getaffinity(0, sizeof(made.crew->place), &made.crew->place);
    status = bound ? bind_caller(threads, cores, num_cores) : MPB_OK;
    while (status == MPB_OK && made.crew->num_workers < threads - 1) {
        status = add_worker(&made, cores, num_cores, bound);
    }
    if (status != MPB_OK) {
        mpb_team_end(&made);
        return status;
    }
    *team = made;
    return MPB_OK;
}

void mpb_team_end(mpb_team *team)
{
    mpb_crew *crew = team->crew;

    *team = (mpb_team){0};
    if (crew == NULL) {
        return;
    }
    atomic_store(&crew->ending, true);
    open_gate(crew, &crew->begun);
    for (int i = 0; i < crew->num_workers; i++) {
        pthread_join(crew->workers[i].handle, NULL);
    }
    sched_setaffinity(0, sizeof(crew->place), &crew->place);
    mpb_memory_destroy(crew);
}

static void run_alone(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context)
{
    for (size_t i = 0; i < num_tasks; i++) {
        task(context, i, 0);
        mpb_team_attend(team, 0);
    }
}

static void run_together(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context)
{
    mpb_crew *crew = team->crew;

    crew->team = team;
    crew->num_tasks = num_tasks;
    crew->task = task;
    crew->context = context;
    atomic_store(&crew->left, (long)num_tasks);
    open_gate(crew, &crew->begun);
    run_tasks(crew, 0);
    wait_until(crew, is_done, &crew->done);
}

void mpb_team_run(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context)
{
    mpb_crew *crew = team->crew;

    assert(team->threads == 1 || (team->threads > 1 && crew != NULL));
    if (crew == NULL) {
        run_alone(team, num_tasks, task, context);
        return;
    }
    assert(!crew->running);
    crew->running = true;
    if (team->threads == 1 || num_tasks <= 1) {
        run_alone(team, num_tasks, task, context);
    } else {
        run_together(team, num_tasks, task, context);
    }
    crew->running = false;
}
