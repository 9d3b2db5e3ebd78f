#include "mpibert/math/team.h"

#include <assert.h>
#include <omp.h>

void mpb_team_run(const mpb_team *team, size_t num_tasks, mpb_task_fn *task, void *context)
{
    assert(team->threads >= 1);

    if (team->threads == 1 || num_tasks <= 1) {
        for (size_t i = 0; i < num_tasks; i++) {
            task(context, i, 0);
        }
        return;
    }

#pragma omp parallel for schedule(dynamic, 1) num_threads(team->threads)
    for (size_t i = 0; i < num_tasks; i++) {
        task(context, i, omp_get_thread_num());
    }
}
