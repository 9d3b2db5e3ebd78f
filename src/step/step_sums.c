#include "step_sums.h"

#include <math.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/step/signals.h"

gradient_run step_gradients(mpb_model *model)
{
    const size_t begin = mpb_model_gradients_begin(model);

    return (gradient_run){mpb_model_gradients(model) + begin,
                          mpb_model_trained(model)->size - begin};
}

/* Small numbers, while gradients go on. */
static mpb_status sum_numbers(mpb_stepper *stepper, double *numbers, size_t count)
{
    return stepper->reduction != NULL ? mpb_reduction_sum_double(stepper->reduction, numbers, count)
                                      : mpb_comm_sum_double(stepper->comm, numbers, count);
}

/* Brings the sums of gradients to their end. `squares` add up over the ranks, but in a deterministic
 * plan, where the norm is of the sums that each rank has. */
static mpb_status finish_sums(mpb_stepper *stepper, double *squares)
{
    const gradient_run run = step_gradients(stepper->model);

    return stepper->reduction != NULL ? mpb_reduction_finish(stepper->reduction, squares)
                                      : mpb_exact_sum_finish(stepper->exact, run.values, run.count);
}

/* All ranks come here with one that has failed or is asked to stop. */
static mpb_status give_up(mpb_stepper *stepper, mpb_status own)
{
    if (stepper->reduction != NULL) {
        MPB_TRY(mpb_reduction_abandon(stepper->reduction));
    }
    return mpb_comm_agree(stepper->comm, own);
}

/* By the tree that gradients are summed by. */
static double sum_cells(const double *v)
{
    return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

/* The first sum also shows how long this rank waits for the slowest one. In a deterministic plan a
 * cell's loss is of one rank and 0 on the others, so nothing is rounded. */
mpb_status step_reduce(mpb_stepper *stepper, mpb_status own, const own_sums *sums,
                       step_sums *over_ranks, mpb_step_report *report)
{
    enum { TASK = MPB_PLAN_CELLS, BAD = TASK + MPB_TASK_SUMS, STOP, FAILED, COUNT };
    double small[COUNT] = {[BAD] = (double)sums->bad.count,
                           [STOP] = mpb_signals_raised() ? 1.0 : 0.0,
                           [FAILED] = own == MPB_OK ? 0.0 : 1.0};

    _Static_assert((int)COUNT <= (int)MPB_REDUCTION_NUMBERS, "more than one sum takes");
    memcpy(small, sums->losses, sizeof(sums->losses));
    memcpy(small + TASK, sums->task, sizeof(sums->task));
    report->times.wait = mpb_clock_seconds();
    MPB_TRY(sum_numbers(stepper, small, COUNT));
    report->asked_to_stop = small[STOP] > 0.0;
    if (small[FAILED] > 0.0 || report->asked_to_stop) {
        return give_up(stepper, own);
    }
    report->seconds_wait = mpb_clock_seconds() - report->times.wait;
    report->loss = sum_cells(small);
    memcpy(report->sums, small + TASK, sizeof(report->sums));
    over_ranks->num_bad = (size_t)small[BAD];
    return finish_sums(stepper, &over_ranks->squares);
}

mpb_status step_commit(mpb_stepper *stepper, const step_sums *over_ranks, mpb_step_report *report)
{
    enum { SQUARES, STOP, COUNT };
    double last[COUNT] = {
        [SQUARES] = over_ranks->squares, [STOP] = mpb_signals_raised() ? 1.0 : 0.0};

    MPB_TRY(mpb_comm_sum_double(stepper->comm, last, COUNT));
    report->asked_to_stop = last[STOP] > 0.0;
    report->gradient_norm =
        stepper->reduction != NULL
            ? sqrt(last[SQUARES])
            : mpb_updater_gradient_norm(stepper->updater, mpb_model_gradients(stepper->model));
    report->times.update = mpb_clock_seconds();
    report->seconds_communication +=
        report->times.update - report->times.wait - report->seconds_wait;
    return MPB_OK;
}
