#pragma once

/* What the steps since the last line of metrics.jsonl come to. */

#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/report/events.h"
#include "mpibert/step/step.h"

typedef struct step_totals {
    double *by_rank;                  /* owned, (ranks, MPB_NUM_RANK_NUMBERS) */
    double own[MPB_NUM_RANK_NUMBERS]; /* of this rank; the sums below are of all ranks together */
    int64_t num_steps;
    int64_t examples;
    int64_t real_tokens;
    int64_t padded_tokens;
    double loss;
    double sums[MPB_TASK_SUMS]; /* of the task, over the examples */
    double seconds;
} step_totals;

/* `made` is to be ended in any case. Local. */
MPB_MUST_CHECK mpb_status step_totals_begin(const mpb_comm *comm, step_totals *made);
void step_totals_end(step_totals *gone);

/* Adds a step that took `seconds`. Local. */
void step_totals_add(step_totals *totals, double seconds, const mpb_step_report *report);

/* *event = the interval that these steps of `task` make, up to the newest one, of which `report` and
 * `learning_rate` are; then begins anew. What the event points to lasts until the next one.
 * Collective. */
MPB_MUST_CHECK mpb_status step_totals_close(step_totals *totals, const mpb_comm *comm,
                                            const mpb_task_table *task,
                                            const mpb_step_report *report, double learning_rate,
                                            mpb_event *event);
