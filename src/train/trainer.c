#include "trainer.h"

#include <string.h>

#include "guard.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/report/history.h"
#include "mpibert/step/signals.h"
#include "run_models.h"
#include "run_stop.h"
#include "step_loop.h"

/* In a resumed run with the rows of the epochs that are done. */
static mpb_status tell_begin(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    mpb_event event = {.kind = MPB_EVENT_BEGIN,
                       .begin = {.ranks = mpb_comm_size(trainer->comm),
                                 .total_steps = trainer->options.total_steps}};
    mpb_epoch_row *rows = NULL;
    mpb_status status;

    MPB_TRY(mpb_history_read(loop->state->history, "history in the training state", &rows,
                             &event.begin.num_rows));
    event.begin.rows = rows;
    status = loop_tell_own(loop, event);
    mpb_memory_destroy(rows);
    return status;
}

static mpb_status begin(step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    mpb_training_state *state = loop->state;

    MPB_TRY(validation_begin(trainer, &loop->validation));
    MPB_TRY(mpb_pace_begin(trainer->comm, trainer->options.threads, &loop->pace));
    MPB_TRY(step_totals_begin(trainer->comm, &loop->totals));
    if (state->history == NULL) {
        state->best_step = -1;
        state->history = strdup("[]");
        MPB_REQUIRE(state->history != NULL, MPB_ERR_SYSTEM, "no memory for the state of the run");
    }
    loop->stop_early = loop_is_out_of_patience(loop);
    MPB_TRY(run_sinks_begin(trainer, state, &loop->sinks));
    MPB_TRY(loop_tell_news(loop));
    return tell_begin(loop);
}

static mpb_status take_step(step_loop *loop)
{
    mpb_trainer *trainer = loop->trainer;
    const mpb_trainer_options *options = &trainer->options;
    mpb_training_state *state = loop->state;
    const int64_t done = state->step;
    const double rate = options->learning_rate *
                        mpb_schedule_factor(options->scheduler, done, options->warmup_steps,
                                            options->total_steps, options->learning_rate);
    const double started_at = mpb_clock_seconds();
    mpb_step_report report;
    double seconds;

    mpb_comm_note(trainer->comm, "training", done);
    mpb_pace_begin_step(&loop->pace);
    MPB_TRY(mpb_stepper_run(trainer->stepper, done + 1, (size_t)(done / options->steps_per_epoch),
                            (size_t)(done % options->steps_per_epoch), rate, &report));
    if (report.asked_to_stop) {
        return run_stop(trainer, state, MPB_STOP_BY_SIGNAL);
    }
    state->step = done + 1;
    state->epoch_steps++;
    state->epoch_loss += report.loss;
    guard_take_step(state->guard, report.loss);
    state->epoch_examples += report.examples;
    for (int i = 0; i < MPB_TASK_SUMS; i++) {
        state->epoch_sums[i] += report.sums[i];
    }
    seconds = mpb_clock_seconds() - started_at;
    mpb_pace_end_step(&loop->pace, &report);
    step_totals_add(&loop->totals, seconds, &report);
    if (state->step % options->log_every_steps == 0 || state->step == options->until_step) {
        mpb_event interval;

        MPB_TRY(step_totals_close(&loop->totals, trainer->comm, trainer->stepper->task, &report,
                                  rate, &interval));
        MPB_TRY(loop_tell(loop, interval));
    }
    return loop_tell_own(loop,
                         (mpb_event){
                             .kind = MPB_EVENT_STEP,
                             .seconds = seconds,
                             .taken = {.loss = report.loss,
                                       .tokens_per_second = (double)report.real_tokens / seconds},
                         });
}

static mpb_status run_steps(step_loop *loop)
{
    const mpb_training_state *state = loop->state;

    if (state->settled_step < state->step) {
        MPB_TRY(loop_settle_step(loop));
    }
    while (state->step < loop->trainer->options.until_step && !loop->stop_early) {
        MPB_TRY(take_step(loop));
        MPB_TRY(loop_settle_step(loop));
    }
    return MPB_OK;
}

/* Whether there is nothing left to train, now or later. */
static bool has_ended(const step_loop *loop)
{
    return loop->stop_early || loop->state->step == loop->trainer->options.total_steps;
}

static mpb_status finish(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    const mpb_trainer_options *options = &trainer->options;

    MPB_TRY(loop_tell(loop, (mpb_event){.kind = MPB_EVENT_END}));
    MPB_TRY(run_finish(trainer, loop->state));
    return loop_tell(loop, (mpb_event){.kind = MPB_EVENT_MODELS,
                                       .models = run_models_of(
                                           trainer->saver->run, options->metric_for_best_model,
                                           options->load_best_model_at_end, loop->state)});
}

/* What is left to tell of a run that ended as it should, or stopped. */
static mpb_status tell_last_news(const step_loop *loop, mpb_status status)
{
    const bool ended = status == MPB_OK || status == MPB_STOPPED;
    const mpb_status told = ended ? loop_tell_news(loop) : MPB_OK;

    return status == MPB_OK ? told : status;
}

mpb_status mpb_trainer_run(mpb_trainer *trainer, mpb_training_state *state)
{
    const mpb_task_metric *main_metric = &trainer->stepper->task->metrics[0];
    step_loop loop = {
        .trainer = trainer,
        .state = state,
        .figure = {main_metric->name, main_metric->title, main_metric->percent},
    };
    mpb_status status = mpb_comm_agree(trainer->comm, begin(&loop));

    mpb_signals_hold();
    if (status == MPB_OK) {
        status = run_steps(&loop);
        mpb_publisher_await(trainer->stepper->publisher, SIZE_MAX);
    }
    if (status == MPB_OK && has_ended(&loop)) {
        status = finish(&loop);
    }
    status = tell_last_news(&loop, status);
    step_totals_end(&loop.totals);
    mpb_pace_end(&loop.pace);
    validation_end(&loop.validation);
    return status;
}
