#pragma once

/* How near a student's outputs are to a teacher's: functions of mpb_task_table. */

#include "mpibert/task/task.h"

/* Of each row one label: divergence of softmax over K. */
double imitate_label(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                     float weight, float *gradient);

/* Of all rows together one, with an output each: divergence of softmax over them. */
double imitate_choice(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient);

/* Of one row any labels: divergence of sigmoid. */
double imitate_labels(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient);

/* Of one row K numbers: squared error, T^2 times that of outputs divided by T and so the same at any
 * temperature. */
double imitate_scores(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient);
