#pragma once

/* The threads of one rank: runs independent tasks on all of them. */

#include <stddef.h>

typedef struct mpb_team {
    int threads; /* >= 1 */
} mpb_team;

/* A task must give the same result whichever thread runs it; `thread` in [0, team->threads) only
 * selects scratch memory. */
typedef void mpb_task_fn(void *context, size_t task, int thread);

/* Runs tasks 0 .. num_tasks-1, in any order, and returns when all are done. Not reentrant. */
void mpb_team_run(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context);
