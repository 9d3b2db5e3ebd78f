#include "step_begin.h"

#include "mpibert/core/clock.h"

/* From the step's first gradient to the end of the trained space, with the words packed. */
static void describe_sum(mpb_stepper *stepper, const mpb_word_rows *rows)
{
    const mpb_model_config *config = mpb_model_configuration(stepper->model);
    const size_t begin = mpb_model_gradients_begin(stepper->model);
    mpb_reduction_run *run = &stepper->run;

    stepper->whole =
        (mpb_piece){begin, mpb_model_trained(stepper->model)->size - begin, MPB_ALL_OWNERS};
    *run = (mpb_reduction_run){
        .values = mpb_model_gradients(stepper->model), .pieces = &stepper->whole, .num_pieces = 1};
    if (mpb_publisher_owners(stepper->publisher) > 1) {
        run->pieces = mpb_publisher_pieces(stepper->publisher, rows, begin, &run->num_pieces);
        run->to_owners = true;
    }
    run->packed.rows = rows->items;
    run->packed.num_rows = rows->count;
    run->packed.first_row = (size_t)config->vocab_size - rows->count;
    run->packed.row_size = (size_t)config->hidden_size;
}

static void await_weights(mpb_stepper *stepper, size_t offset)
{
    const double started_at = mpb_clock_seconds();

    mpb_publisher_await(stepper->publisher, offset);
    stepper->seconds_awaited += mpb_clock_seconds() - started_at;
}

void step_settle(mpb_stepper *stepper)
{
    if (!stepper->unsettled) {
        return;
    }
    await_weights(stepper, SIZE_MAX);
    mpb_model_await_weights(stepper->model, NULL, NULL);
    stepper->unsettled = false;
    mpb_state_rest(stepper->state_lock);
    if (stepper->reduction != NULL) {
        mpb_reduction_begin(stepper->reduction, &stepper->run);
    }
}

/* A signal finds the state at rest as soon as it can be. */
static void need_weights(void *context, size_t offset)
{
    mpb_stepper *stepper = context;

    await_weights(stepper, offset);
    if (!mpb_publisher_is_busy(stepper->publisher)) {
        step_settle(stepper);
    }
}

static mpb_word_rows find_words(mpb_stepper *stepper, const mpb_step *step, size_t epoch)
{
    if (mpb_model_trains_words(stepper->model)) {
        return mpb_used_rows_find(&stepper->used, stepper->plan, stepper->dataset, epoch, step);
    }
    return (mpb_word_rows){.items = stepper->used.items, .owners = stepper->used.owners};
}

mpb_status step_begin(mpb_stepper *stepper, const mpb_step *step, size_t epoch)
{
    mpb_word_rows rows;
    double started_at;

    mpb_model_begin_epoch(stepper->model, (int64_t)epoch);
    rows = find_words(stepper, step, epoch);
    mpb_model_use_words(stepper->model, &rows);
    mpb_updater_begin(stepper->updater, &rows, mpb_model_gradients_begin(stepper->model));
    describe_sum(stepper, &rows);
    stepper->unsettled = true;
    started_at = mpb_clock_seconds();
    MPB_TRY(mpb_publisher_words(stepper->publisher, &rows));
    stepper->seconds_awaited = mpb_clock_seconds() - started_at;
    mpb_model_await_weights(stepper->model, need_weights, stepper);
    if (!mpb_publisher_is_busy(stepper->publisher)) {
        step_settle(stepper);
    }
    return MPB_OK;
}
