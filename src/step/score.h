#pragma once

/* The loss of a cell's batch, whose outputs become its gradient, private to this module. */

#include "bad_examples.h"
#include "mpibert/step/step.h"

/* Sums over this rank's examples of one step. */
typedef struct own_sums {
    double losses[MPB_PLAN_CELLS]; /* by cell, already divided by the step's total weight */
    double task[MPB_TASK_SUMS];
    bad_examples bad;
} own_sums;

/* The outputs of one cell's batch, on their way to its sums. */
typedef struct scoring {
    mpb_stepper *stepper;
    int cell;
    double total_weight;
    own_sums *sums;
    size_t noted; /* the last sequence whose loss was not finite, some of its rows at a time, + 1 */
    mpb_status status;
} scoring;

/* Takes a model's outputs for a scoring: losses and sums of the task; the outputs become their
 * gradient. The team shares the rows out. */
bool score_batch(void *context, size_t first_row, size_t num_rows, float *outputs);
