#include "guard.h"

#include <math.h>
#include <stdio.h>

static const double NEARLY_ALL = 0.95; /* of the answers are the same */
static const double ABOUT_GUESS = 0.9; /* times the loss of a guess */
static const double IN_A_ROW = 2.0;    /* validations until something is said */
static const double LEAST_RISE = 0.01; /* of the validation loss, relative, over all of them */
static const double PERCENT = 100.0;

_Static_assert(GUARD_SAID_RISES + 1 == MPB_GUARD_NUMBERS,
               "the state keeps what the guard remembers");

void guard_take_step(double memory[MPB_GUARD_NUMBERS], double loss)
{
    memory[GUARD_STEP_LOSSES] += loss;
    memory[GUARD_STEPS]++;
}

bool guard_sees_collapse(double memory[MPB_GUARD_NUMBERS], const mpb_measures *measures,
                         bool warmed_up, double peak_rate, char line[GUARD_LINE])
{
    const bool same = warmed_up && measures->guess_loss > 0.0 && measures->sameness >= NEARLY_ALL &&
                      measures->loss >= ABOUT_GUESS * measures->guess_loss;

    memory[GUARD_SAME] = same ? memory[GUARD_SAME] + 1.0 : 0.0;
    if (memory[GUARD_SAME] < IN_A_ROW || memory[GUARD_SAID_SAME] > 0.0) {
        return false;
    }
    memory[GUARD_SAID_SAME] = 1.0;
    snprintf(line, GUARD_LINE,
             "the model answers %.0f %% of the validation set alike, with a loss of %.4f, "
             "%.4f being that of a guess: it has collapsed, or has learned nothing yet; start anew "
             "with a lower training.learning_rate (it is %g), a longer training.warmup_ratio or "
             "another training.seed, and check the labels",
             PERCENT * measures->sameness, measures->loss, measures->guess_loss, peak_rate);
    return true;
}

/* Whether there are so many rises now. */
static bool count_rises(double memory[MPB_GUARD_NUMBERS], double val_loss, double train_loss)
{
    const bool rises = memory[GUARD_VALIDATIONS] > 0.0 && val_loss > memory[GUARD_VAL_LOSS] &&
                       train_loss < memory[GUARD_TRAIN_LOSS];

    memory[GUARD_RISES] = rises ? memory[GUARD_RISES] + 1.0 : 0.0;
    if (!rises) {
        memory[GUARD_VAL_BEFORE] = val_loss;
        memory[GUARD_TRAIN_BEFORE] = train_loss;
    }
    memory[GUARD_VALIDATIONS]++;
    memory[GUARD_VAL_LOSS] = val_loss;
    memory[GUARD_TRAIN_LOSS] = train_loss;
    return memory[GUARD_RISES] >= IN_A_ROW &&
           val_loss > (1.0 + LEAST_RISE) * memory[GUARD_VAL_BEFORE];
}

bool guard_sees_overfitting(double memory[MPB_GUARD_NUMBERS], const mpb_measures *measures,
                            char line[GUARD_LINE])
{
    const double train_loss = memory[GUARD_STEP_LOSSES] / memory[GUARD_STEPS];

    memory[GUARD_STEP_LOSSES] = 0.0;
    memory[GUARD_STEPS] = 0.0;
    if (!isfinite(measures->loss) || !isfinite(train_loss) ||
        !count_rises(memory, measures->loss, train_loss) || memory[GUARD_SAID_RISES] > 0.0) {
        return false;
    }
    memory[GUARD_SAID_RISES] = 1.0;
    snprintf(
        line, GUARD_LINE,
        "the validation loss rose from %.4f to %.4f while the training loss fell from %.4f to "
        "%.4f: the model begins to overfit; training.early_stopping_patience, fewer "
        "training.epochs or a lower training.learning_rate help, and best/ keeps the best model",
        memory[GUARD_VAL_BEFORE], measures->loss, memory[GUARD_TRAIN_BEFORE], train_loss);
    return true;
}
