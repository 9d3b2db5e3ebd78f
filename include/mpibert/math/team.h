#pragma once

/* The threads of one rank: runs independent tasks on all of them.
 *
 * The caller is thread 0; the others are created once. Between two sets of tasks they wait awake
 * for a moment, since the next set mostly follows at once, and then asleep. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

typedef struct mpb_crew mpb_crew;

/* What thread 0 does between tasks, a moment's work, such as letting messages go on. */
typedef struct mpb_errand {
    void (*run)(void *context); /* NULL: nothing */
    void *context;
} mpb_errand;

/* {.threads = 1} is a team without begin and end. */
typedef struct mpb_team {
    int threads;       /* >= 1 */
    mpb_crew *crew;    /* owned; NULL in a team of one that was not begun */
    mpb_errand errand; /* the owner's to set between two sets of tasks */
} mpb_team;

/* Threads of a rank that may use the cores of these numbers, (num_cores), alone: one bound to each
 * where there are as many, else all bound to them together. With more threads than cores (none:
 * `cores` may be NULL) nothing is bound and who waits sleeps at once. Fails with MPB_ERR_SYSTEM
 * where the system refuses a thread or a core. */
MPB_MUST_CHECK mpb_status mpb_team_begin(int threads, const int *cores, int num_cores,
                                         mpb_team *team);

/* By the thread that began it, which may then run where it did before. A team that was not begun
 * ({0}) is allowed. */
void mpb_team_end(mpb_team *team);

/* A task must give the same result whichever thread runs it; `thread` in [0, team->threads) only
 * selects scratch memory. */
typedef void mpb_task_fn(void *context, size_t task, int thread);

/* Runs tasks 0 .. num_tasks-1, in any order, and returns when all are done. Called by the thread
 * that began the team; a task must not run another set on it. */
void mpb_team_run(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context);

/* For long tasks to call now and then: thread 0 runs its errand. */
static inline void mpb_team_attend(const mpb_team *team, int thread)
{
    if (thread == 0 && team->errand.run != NULL) {
        team->errand.run(team->errand.context);
    }
}
