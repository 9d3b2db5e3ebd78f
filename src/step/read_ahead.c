#include "read_ahead.h"

enum { STEPS_TOLD = 8 }; /* that the system is told of before they are read */

/* Steps [first, last] of an epoch, as far as there are such. */
static void tell_system(mpb_plan *plan, size_t epoch, size_t first, size_t last)
{
    const size_t end = mpb_plan_steps_per_epoch(plan);

    for (size_t s = first; s <= last && s < end; s++) {
        const mpb_step step = mpb_plan_step(plan, s);

        mpb_plan_expect(plan, epoch, &step);
    }
}

static mpb_status read_step(mpb_plan *plan, size_t epoch, size_t step_in_epoch)
{
    const mpb_step step = mpb_plan_step(plan, step_in_epoch);

    return mpb_plan_fetch(plan, epoch, &step);
}

/* Likewise of a step that the system was not told of: it reads the whole step at a time. */
static mpb_status read_first(mpb_plan *plan, size_t epoch, size_t step_in_epoch)
{
    tell_system(plan, epoch, step_in_epoch, step_in_epoch + STEPS_TOLD);
    return read_step(plan, epoch, step_in_epoch);
}

mpb_status read_ahead_begin(mpb_stepper *stepper, size_t epoch, size_t step_in_epoch)
{
    if (stepper->dataset->source == NULL) {
        return MPB_OK;
    }
    if (!stepper->read_ahead) {
        MPB_TRY(mpb_comm_agree(stepper->comm, read_first(stepper->plan, epoch, step_in_epoch)));
    }
    mpb_dataset_turn(stepper->dataset);
    stepper->read_ahead = false;
    return MPB_OK;
}

mpb_status read_ahead_next(mpb_stepper *stepper, int64_t step, size_t epoch, size_t step_in_epoch)
{
    const size_t next = step_in_epoch + 1;

    if (stepper->dataset->source == NULL || step >= stepper->num_steps) {
        return MPB_OK;
    }
    if (next == mpb_plan_steps_per_epoch(stepper->plan)) {
        MPB_TRY(read_first(stepper->plan, epoch + 1, 0));
    } else {
        MPB_TRY(read_step(stepper->plan, epoch, next));
        tell_system(stepper->plan, epoch, next + STEPS_TOLD, next + STEPS_TOLD);
    }
    stepper->read_ahead = true;
    return MPB_OK;
}
