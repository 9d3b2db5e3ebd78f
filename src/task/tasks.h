#pragma once

/* The tables of this version, each in its file; task.c lists them. */

#include "mpibert/task/task.h"

extern const mpb_task_table task_choice;
extern const mpb_task_table task_classification;
extern const mpb_task_table task_mlm;
extern const mpb_task_table task_multilabel;
extern const mpb_task_table task_pretraining;
extern const mpb_task_table task_qa;
extern const mpb_task_table task_regression;
extern const mpb_task_table task_token;
