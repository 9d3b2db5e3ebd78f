#pragma once

/* What `evaluate` tells of the measures of a task. */

#include "mpibert/task/task.h"

/* {"examples", "loss", and the metrics by their names}. */
MPB_MUST_CHECK mpb_status task_report_measures(const mpb_task_table *task,
                                               const mpb_measures *measures, mpb_json *object);
