/* When a run is said to have collapsed, or to overfit. */

#include "guard.h"

#include "check.h"

static const double LN_4 = 1.3862943611198906;

/* A validation of four classes with this loss; `sameness` of its predictions are the same. */
static mpb_measures validation(double loss, double sameness)
{
    return (mpb_measures){
        .num_examples = 100, .loss = loss, .sameness = sameness, .guess_loss = LN_4};
}

static bool collapses(double memory[MPB_GUARD_NUMBERS], double loss, double sameness,
                      bool warmed_up)
{
    const mpb_measures measures = validation(loss, sameness);
    char line[GUARD_LINE] = "";
    const bool seen = guard_sees_collapse(memory, &measures, warmed_up, 0.01, line);

    CHECK(seen == (line[0] != '\0'));
    return seen;
}

static void one_answer_for_all_is_said_at_the_second_validation_and_once(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    CHECK(!collapses(memory, 1.39, 1.0, true));
    CHECK(collapses(memory, 1.38, 0.97, true));
    for (int i = 0; i < 5; i++) {
        CHECK(!collapses(memory, 1.39, 1.0, true));
    }
}

static void a_diverged_loss_counts_too(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    CHECK(!collapses(memory, 25.0, 1.0, true));
    CHECK(collapses(memory, 30.0, 1.0, true));
}

static void what_recovers_or_learns_is_not_said(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    for (int i = 0; i < 4; i++) {
        CHECK(!collapses(memory, 1.39, 1.0, true));
        CHECK(!collapses(memory, 1.2, 0.6, true)); /* several answers */
        CHECK(!collapses(memory, 1.39, 1.0, true));
        CHECK(!collapses(memory, 0.4, 1.0, true)); /* nearly all are of one class, rightly */
        CHECK(!collapses(memory, 1.39, 0.94, true));
    }
}

static void the_warm_up_and_answers_that_cannot_be_the_same_do_not_count(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};
    const mpb_measures scores = {.num_examples = 9, .loss = 3.0};
    char line[GUARD_LINE];

    CHECK(!collapses(memory, 1.39, 1.0, false));
    CHECK(!collapses(memory, 1.39, 1.0, false));
    CHECK(!collapses(memory, 1.39, 1.0, true));
    CHECK(collapses(memory, 1.39, 1.0, true));
    for (int i = 0; i < 4; i++) {
        CHECK(!guard_sees_collapse(memory, &scores, true, 0.01, line));
    }
}

/* Two steps whose mean loss is `train`, and the validation after them. */
static bool overfits(double memory[MPB_GUARD_NUMBERS], double train, double val)
{
    const mpb_measures measures = validation(val, 0.3);
    char line[GUARD_LINE] = "";
    bool seen;

    guard_take_step(memory, train + 0.25);
    guard_take_step(memory, train - 0.25);
    seen = guard_sees_overfitting(memory, &measures, line);
    CHECK(seen == (line[0] != '\0'));
    if (seen) {
        CHECK(strstr(line, "rose from 0.5000 to 0.6500 while the training loss fell from 0.5000 to "
                           "0.3000") != NULL);
    }
    return seen;
}

static void two_rises_while_training_falls_are_said_once(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    CHECK(!overfits(memory, 1.0, 0.7));
    CHECK(!overfits(memory, 0.5, 0.5));
    CHECK(!overfits(memory, 0.4, 0.55));
    CHECK(overfits(memory, 0.3, 0.65));
    CHECK(!overfits(memory, 0.2, 0.75));
    CHECK(!overfits(memory, 0.1, 0.85));
}

static void single_rises_are_not_said(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    for (int i = 0; i < 6; i++) {
        CHECK(!overfits(memory, 0.5 - 0.05 * i, i % 2 == 0 ? 0.5 : 0.6));
    }
}

static void rises_of_both_losses_are_not_said(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    for (int i = 0; i < 6; i++) {
        CHECK(!overfits(memory, 0.5 + 0.05 * i, 0.5 + 0.1 * i));
    }
}

/* Less than one in a hundred. */
static void rises_of_nothing_are_not_said(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    for (int i = 0; i < 6; i++) {
        CHECK(!overfits(memory, 0.5 - 0.05 * i, 0.5 + 0.0005 * i));
    }
}

/* As a run does that is resumed between any two validations: what it said it does not say again. */
static void memory_that_was_kept_goes_on_as_before(void)
{
    const double train[] = {0.8, 0.5, 0.4, 0.3, 0.2};
    const double val[] = {0.6, 0.5, 0.55, 0.65, 0.8};

    for (int stop = 0; stop <= 5; stop++) {
        double first[MPB_GUARD_NUMBERS] = {0};
        double second[MPB_GUARD_NUMBERS];
        int said = 0;

        for (int i = 0; i < stop; i++) {
            said += overfits(first, train[i], val[i]) ? 1 : 0;
        }
        memcpy(second, first, sizeof(second));
        for (int i = stop; i < 5; i++) {
            said += overfits(second, train[i], val[i]) ? 1 : 0;
        }
        CHECK(said == 1);
    }
}

static void what_it_remembers_is_finite(void)
{
    double memory[MPB_GUARD_NUMBERS] = {0};

    CHECK(!overfits(memory, 0.5, 0.5));
    CHECK(!overfits(memory, 0.4, (double)NAN));
    CHECK(!overfits(memory, 0.3, HUGE_VAL));
    for (int i = 0; i < MPB_GUARD_NUMBERS; i++) {
        CHECK(isfinite(memory[i]));
    }
}

int main(void)
{
    one_answer_for_all_is_said_at_the_second_validation_and_once();
    a_diverged_loss_counts_too();
    what_recovers_or_learns_is_not_said();
    the_warm_up_and_answers_that_cannot_be_the_same_do_not_count();
    two_rises_while_training_falls_are_said_once();
    single_rises_are_not_said();
    rises_of_both_losses_are_not_said();
    rises_of_nothing_are_not_said();
    memory_that_was_kept_goes_on_as_before();
    what_it_remembers_is_finite();
    return 0;
}
