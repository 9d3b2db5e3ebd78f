#include "mpibert/step/step.h"

#include <math.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/step/signals.h"
#include "mpibert/task/distil.h"
#include "read_ahead.h"
#include "score.h"
#include "step_begin.h"
#include "step_sums.h"

/* The divisor of the step's loss: the sum of the weights of its examples on all ranks; and that of the
 * teacher's part. Each rank computes them from the plan, so unequal shares stay exact and nothing is
 * sent. */
static double count_step(mpb_stepper *stepper, const mpb_step *step, size_t epoch,
                         mpb_step_report *report)
{
    const bool taught = mpb_distil_is_on(stepper->dataset);
    double total = 0.0;
    double soft = 0.0;

    for (size_t micro = 0; micro < step->num_micro; micro++) {
        const size_t *indices;
        size_t count;
        size_t longest = 0;

        mpb_plan_all(stepper->plan, epoch, step->first_micro + micro, &indices, &count);
        for (size_t i = 0; i < count; i++) {
            const size_t length = mpb_dataset_length(stepper->dataset, indices[i]);

            total += stepper->task->weigh(&stepper->loss, stepper->dataset, indices[i]);
            soft += taught ? mpb_distil_weigh(stepper->task, &stepper->loss, stepper->dataset,
                                              indices[i])
                           : 0.0;
            report->real_tokens += (int64_t)length;
            longest = length > longest ? length : longest;
        }
        report->padded_tokens += (int64_t)(longest * count);
    }
    report->examples = (int64_t)step->num_examples;
    stepper->loss.num_sequences = (size_t)report->examples;
    stepper->loss.distillation.total = soft;
    return total;
}

/* What is summed may begin before the gradients do (mpb_publisher_pieces). */
static void send_ready(void *context, size_t offset)
{
    mpb_stepper *stepper = context;
    const bool all = offset == mpb_model_gradients_begin(stepper->model);

    mpb_reduction_ready(stepper->reduction, all ? 0 : offset);
}

/* `ready` is NULL unless gradients that are final go out. */
static mpb_status run_micro(mpb_stepper *stepper, size_t epoch, size_t micro, int cell,
                            mpb_gradient_ready_fn *ready, double total_weight, own_sums *sums,
                            mpb_step_report *report)
{
    const mpb_dropout_draw dropout = {.seed = stepper->seed,
                                      .step = mpb_plan_micro_number(stepper->plan, epoch, micro)};
    const mpb_task_sequences sequences = {
        .task = stepper->task, .data = stepper->dataset, .draw = stepper->loss.draw};
    scoring scored = {.stepper = stepper, .cell = cell, .total_weight = total_weight, .sums = sums};
    mpb_plan_share share;
    double started_at = mpb_clock_seconds();

    share = mpb_plan_cell(stepper->plan, epoch, micro, cell);
    mpb_batch_buffer_fill(&stepper->batch, stepper->dataset, share.indices, share.count,
                          mpb_task_choice(&sequences));
    report->own_cost += (double)share.cost;
    report->seconds_input += mpb_clock_seconds() - started_at;
    mpb_model_forward(stepper->model, &stepper->batch.batch, &dropout, score_batch, &scored);
    step_settle(stepper);
    MPB_TRY(scored.status);
    report->times.backward = mpb_clock_seconds();
    mpb_model_backward(stepper->model, &stepper->batch.batch, &dropout, ready, stepper);
    return MPB_OK;
}

/* A new sum of gradients, over all micro-batches of the step. A step that a signal interrupts is
 * given up, so the rest of it is not worth its time. */
static mpb_status run_cell(mpb_stepper *stepper, const mpb_step *step, size_t epoch, int cell,
                           double total_weight, own_sums *sums, mpb_step_report *report)
{
    mpb_model_zero_gradients(stepper->model);
    for (size_t i = 0; i < step->num_micro && !mpb_signals_raised(); i++) {
        const bool last = i + 1 == step->num_micro;

        MPB_TRY(run_micro(stepper, epoch, step->first_micro + i, cell,
                          last && stepper->reduction != NULL ? send_ready : NULL, total_weight,
                          sums, report));
    }
    return MPB_OK;
}

/* Leaves the sum over the cells in the model's gradients. */
static mpb_status run_own_cells(mpb_stepper *stepper, const mpb_step *step, size_t epoch,
                                own_sums *sums, mpb_step_report *report)
{
    const mpb_plan_cells own = mpb_plan_own_cells(stepper->plan);
    double total_weight = count_step(stepper, step, epoch, report);

    MPB_TRY(step_begin(stepper, step, epoch));
    for (int i = 0; i < own.count; i++) {
        MPB_TRY(run_cell(stepper, step, epoch, own.first + i, total_weight, sums, report));
        if (mpb_signals_raised()) {
            return MPB_OK;
        }
        if (stepper->exact != NULL) {
            const gradient_run run = step_gradients(stepper->model);

            mpb_exact_sum_add(stepper->exact, i, run.values, run.count);
        }
    }
    return MPB_OK;
}

/* Bad examples, the norm and the loss are the same on all ranks. */
static mpb_status check_finite(const mpb_stepper *stepper, const own_sums *sums,
                               const step_sums *over_ranks, int64_t number,
                               const mpb_step_report *report)
{
    if (over_ranks->num_bad > 0) {
        return bad_examples_fail(&sums->bad, stepper->comm, over_ranks->num_bad, number);
    }
    MPB_REQUIRE(isfinite(report->loss) && isfinite(report->gradient_norm), MPB_ERR_DIVERGED,
                "the gradient is not finite at step %lld (norm %g, loss %g); a lower "
                "training.learning_rate usually helps",
                (long long)number, report->gradient_norm, report->loss);
    return MPB_OK;
}

/* Ranks that share the optimizer out know the norms of tensors together. */
static mpb_status update_weights(mpb_stepper *stepper, const mpb_update *update)
{
    const bool shared = mpb_updater_share(stepper->updater)->owners > 1;
    size_t count;
    double *numbers = mpb_updater_measure(stepper->updater, update, &count);

    if (shared && count > 0) {
        MPB_TRY(mpb_comm_sum_double(stepper->comm, numbers, count));
    }
    mpb_updater_apply(stepper->updater, update);
    return MPB_OK;
}

/* Before the sums end, which tell all ranks when it fails on one. */
static mpb_status read_next(mpb_stepper *stepper, int64_t step, size_t epoch, size_t step_in_epoch,
                            mpb_step_report *report)
{
    const double started_at = mpb_clock_seconds();
    const mpb_status status = read_ahead_next(stepper, step, epoch, step_in_epoch);

    report->seconds_input += mpb_clock_seconds() - started_at;
    return status;
}

mpb_status mpb_stepper_run(mpb_stepper *stepper, int64_t step, size_t epoch, size_t step_in_epoch,
                           double learning_rate, mpb_step_report *report)
{
    const mpb_step micros = mpb_plan_step(stepper->plan, step_in_epoch);
    double started_at = mpb_clock_seconds();
    double updated_at;
    own_sums sums = {0};
    step_sums over_ranks = {0};
    mpb_status status;

    memset(report, 0, sizeof(*report));
    report->times.forward = started_at;
    stepper->loss.draw.epoch = epoch;
    MPB_TRY(read_ahead_begin(stepper, epoch, step_in_epoch));
    report->seconds_input = mpb_clock_seconds() - started_at;
    status = run_own_cells(stepper, &micros, epoch, &sums, report);
    step_settle(stepper);
    if (status == MPB_OK && !mpb_signals_raised()) {
        status = read_next(stepper, step, epoch, step_in_epoch, report);
    }
    status = step_reduce(stepper, status, &sums, &over_ranks, report);
    mpb_state_change(stepper->state_lock);
    if (status == MPB_OK && !report->asked_to_stop) {
        status = step_commit(stepper, &over_ranks, report);
    }
    if (status == MPB_OK && !report->asked_to_stop) {
        status = check_finite(stepper, &sums, &over_ranks, step, report);
    }
    bad_examples_clear(&sums.bad);
    if (status != MPB_OK || report->asked_to_stop) {
        return status;
    }
    if (stepper->reduction != NULL) {
        mpb_reduction_keep_remainders(stepper->reduction);
    }
    MPB_TRY(
        update_weights(stepper, &(mpb_update){.step = step,
                                              .learning_rate = learning_rate,
                                              .gradient_norm = report->gradient_norm,
                                              .gradients = mpb_model_gradients(stepper->model)}));
    updated_at = mpb_clock_seconds();
    MPB_TRY(mpb_publisher_dense(stepper->publisher, mpb_model_gradients_begin(stepper->model)));
    report->times.end = mpb_clock_seconds();
    report->seconds_communication += stepper->seconds_awaited + report->times.end - updated_at;
    report->seconds_compute = report->times.end - started_at - report->seconds_wait -
                              report->seconds_communication - report->seconds_input;
    return MPB_OK;
}
