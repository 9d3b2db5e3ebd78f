#pragma once

/* Says when training goes wrong in a way that its validations show: a model that has collapsed, and
 * one that overfits. Each is said once a run; what the guard remembers lies in the training state, so
 * that a resumed run goes on as the one before. Pure; all ranks find the same. */

#include <stdbool.h>

#include "mpibert/ckpt/training_state.h"
#include "mpibert/task/task.h"

enum { GUARD_LINE = 512 };

/* Numbers of mpb_training_state.guard, all 0 at first. */
typedef enum guard_number {
    GUARD_STEP_LOSSES, /* of the steps since the last validation, their sum */
    GUARD_STEPS,       /* and their number */
    GUARD_SAME,        /* validations in a row in which the model told nothing apart */
    GUARD_SAID_SAME,   /* 1: that was said */
    GUARD_VALIDATIONS, /* 0 before the first one; of the last one: */
    GUARD_VAL_LOSS,
    GUARD_TRAIN_LOSS, /* mean of the steps before it */
    GUARD_RISES, /* validations in a row with a higher loss after steps with a lower one, since */
    GUARD_VAL_BEFORE, /* these losses */
    GUARD_TRAIN_BEFORE,
    GUARD_SAID_RISES, /* 1: that was said */
} guard_number;

/* After each step, with its loss. */
void guard_take_step(double memory[MPB_GUARD_NUMBERS], double loss);

/* After each validation. True with a line where the model answers nearly all of the validation set
 * alike, with about the loss of a guess or a higher one, in two validations in a row after the
 * warm-up. `peak_rate` is training.learning_rate. */
bool guard_sees_collapse(double memory[MPB_GUARD_NUMBERS], const mpb_measures *measures,
                         bool warmed_up, double peak_rate, char line[GUARD_LINE]);

/* Then. True with a line where the validation loss rose in two validations in a row while the mean
 * loss of the steps before them fell. */
bool guard_sees_overfitting(double memory[MPB_GUARD_NUMBERS], const mpb_measures *measures,
                            char line[GUARD_LINE]);
