#pragma once

/* The tables of the tasks that records/task_data.h lists, each in its file or one of its like. */

#include "mpibert/task/task.h"

#define DECLARE_TASK(NAME, name, ...) extern const mpb_task_table task_##name;

MPB_TASKS(DECLARE_TASK)

/* How `predict` asks for masked words. */
extern const mpb_task_table task_fill_mlm;
extern const mpb_task_table task_fill_pretraining;
