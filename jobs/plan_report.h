#pragma once

/* What `mpibert plan` prints. */

#include "mpibert/core/status.h"
#include "mpibert/forecast/run_forecast.h"

typedef struct mpb_plan_report {
    const mpb_forecast_question *question;
    const mpb_run_forecast *forecast;
    const char *network; /* as the user wrote it */
    double time_limit;   /* seconds, 0: none */
    const char *time_source;
} mpb_plan_report;

/* Jobs of the time limit, each but the last ended by a checkpoint, that the run takes; 1 where
 * there is no limit, 0 where a job would save before it has done anything. */
int mpb_plan_jobs(const mpb_plan_report *report);

MPB_MUST_CHECK mpb_status mpb_plan_print_text(const mpb_plan_report *report);
MPB_MUST_CHECK mpb_status mpb_plan_print_json(const mpb_plan_report *report);
