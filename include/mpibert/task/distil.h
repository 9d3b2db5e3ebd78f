#pragma once

/* Distillation (Hinton et al. 2015): a student learns from the labels and from a teacher's outputs,
 *
 *     (1 - weight) hard + weight soft
 *
 * hard being the loss of its task, with label smoothing and class weights, and soft what the task's
 * `imitate` makes of the outputs of both. The divisor of soft is that of the task without class weights,
 * on all ranks: the texts of a step, its labelled words, or its questions. Pure. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/task/task.h"

/* Whether `data` has a teacher's outputs. */
bool mpb_distil_is_on(const mpb_dataset *data);

/* The share of sequence i in the divisor of the soft part. */
double mpb_distil_weigh(const mpb_task_table *task, const mpb_loss_options *loss,
                        const mpb_dataset *data, size_t i);

/* As task->score, of data with a teacher's outputs and by loss->distillation; `scratch` is as large as
 * the outputs. */
double mpb_distil_score(const mpb_task_table *task, const mpb_loss_options *loss,
                        const mpb_outputs *of, double total, float *scratch,
                        double sums[MPB_TASK_SUMS]);
