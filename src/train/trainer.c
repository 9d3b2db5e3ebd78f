#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/report/history.h"
#include "mpibert/step/signals.h"
#include "mpibert/train/pace.h"
#include "run_models.h"
#include "run_sinks.h"
#include "run_stop.h"
#include "step_totals.h"
#include "validation.h"

/* What changes while the loop runs. */
typedef struct step_loop {
    mpb_trainer *trainer;
    mpb_training_state *state;
    run_sinks sinks;
    step_totals totals;
    mpb_pace_watch pace;
    validation validation;
    mpb_run_figure figure;
    double val_figure; /* of the newest validation, NaN: none */
    bool stop_early;
} step_loop;

/* Tells this rank's sinks; the event needs neither figure, step nor epoch. Local. */
static mpb_status tell_own(const step_loop *loop, mpb_event event)
{
    event.figure = &loop->figure;
    event.step = loop->state->step;
    event.epoch = (double)event.step / (double)loop->trainer->options.steps_per_epoch;
    return mpb_events_tell(&loop->sinks.events, &event);
}

/* Likewise on all ranks, which agree on how that ended. Collective. */
static mpb_status tell(const step_loop *loop, mpb_event event)
{
    return mpb_comm_agree(loop->trainer->comm, tell_own(loop, event));
}

/* What people should know of saving and of the time limit. Ranks have their own, but for rank 0 nobody
 * shows them. Local. */
static mpb_status tell_news(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    char *warning = trainer->saver->news->warning;
    mpb_event event;
    mpb_status status = MPB_OK;

    if (mpb_time_limit_news(trainer->limit, &event)) {
        status = tell_own(loop, event);
    }
    if (status == MPB_OK && warning[0] != '\0') {
        status = tell_own(loop, (mpb_event){.kind = MPB_EVENT_WARNING, .line = warning});
        warning[0] = '\0';
    }
    return status;
}

static bool is_out_of_patience(const step_loop *loop)
{
    int64_t patience = loop->trainer->options.early_stopping_patience;

    return patience > 0 && loop->state->stale_validations >= patience;
}

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
    status = tell_own(loop, event);
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
    loop->stop_early = is_out_of_patience(loop);
    MPB_TRY(run_sinks_begin(trainer, state, &loop->sinks));
    MPB_TRY(tell_news(loop));
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
        MPB_TRY(tell(loop, interval));
    }
    return tell_own(loop, (mpb_event){
                              .kind = MPB_EVENT_STEP,
                              .seconds = seconds,
                              .taken = {.loss = report.loss,
                                        .tokens_per_second = (double)report.real_tokens / seconds},
                          });
}

static mpb_status compare_ranks(step_loop *loop)
{
    const char *warning;

    MPB_TRY(mpb_pace_compare(&loop->pace, &warning));
    if (warning == NULL) {
        return MPB_OK;
    }
    return tell(loop, (mpb_event){.kind = MPB_EVENT_WARNING, .line = warning});
}

static mpb_status save_best(const step_loop *loop)
{
    const double started_at = mpb_clock_seconds();

    mpb_comm_note(loop->trainer->comm, "saving", loop->state->step);
    MPB_TRY(mpb_saver_model(loop->trainer->saver, "best"));
    return tell(loop,
                (mpb_event){.kind = MPB_EVENT_BEST, .seconds = mpb_clock_seconds() - started_at});
}

_Static_assert((int)MPB_EPOCH_SUMS == (int)MPB_TASK_SUMS, "the state keeps what tasks sum");

/* Of the epoch's training examples so far, as they were met. */
static double epoch_figure(const step_loop *loop)
{
    return loop->trainer->stepper->task->running(loop->state->epoch_sums,
                                                 loop->state->epoch_examples);
}

/* Tells what goes wrong, if it does; step losses may differ by a rank's last bit. Collective. */
static mpb_status warn_if(const step_loop *loop, bool seen, const char *line)
{
    const mpb_event event = {.kind = MPB_EVENT_WARNING, .line = line};

    return mpb_comm_agree(loop->trainer->comm, seen ? tell_own(loop, event) : MPB_OK);
}

static mpb_status guard(const step_loop *loop, const mpb_measures *measures)
{
    const mpb_trainer_options *options = &loop->trainer->options;
    mpb_training_state *state = loop->state;
    char line[GUARD_LINE];
    bool seen = guard_sees_collapse(state->guard, measures, state->step > options->warmup_steps,
                                    options->learning_rate, line);

    MPB_TRY(warn_if(loop, seen, line));
    seen = guard_sees_overfitting(state->guard, measures, line);
    return warn_if(loop, seen, line);
}

/* Keeps the model if it is the best so far; counts validations that were not. */
static mpb_status judge_validation(step_loop *loop, const mpb_measures *measures, double seconds)
{
    mpb_event_metric named[1 + MPB_MOST_METRICS];
    const size_t num_metrics = validation_name_metrics(loop->trainer, measures, named);

    if (validation_is_best(loop->trainer, measures, loop->state)) {
        MPB_TRY(save_best(loop));
    } else {
        loop->stop_early = is_out_of_patience(loop);
    }
    MPB_TRY(tell(loop, (mpb_event){
                           .kind = MPB_EVENT_VALIDATION,
                           .seconds = seconds,
                           .validation = {.train_figure = epoch_figure(loop),
                                          .examples = measures->num_examples,
                                          .metrics = named,
                                          .num_metrics = num_metrics},
                       }));
    return guard(loop, measures);
}

/* A run that stops before its end validates this step when it is taken up again. */
static mpb_status validate(step_loop *loop)
{
    mpb_trainer *trainer = loop->trainer;
    const double started_at = mpb_clock_seconds();
    mpb_measures measures = {0};

    loop->val_figure = (double)NAN;
    if (trainer->validation->num_sequences == 0) {
        return MPB_OK;
    }
    mpb_comm_note(trainer->comm, "validating", loop->state->step);
    MPB_TRY(validation_predict(&loop->validation, trainer, &loop->sinks.progress));
    MPB_TRY(run_stop_if_asked(trainer, loop->state));
    MPB_TRY(validation_measure(&loop->validation, trainer, &measures));
    loop->val_figure = measures.values[0];
    return judge_validation(loop, &measures, mpb_clock_seconds() - started_at);
}

static mpb_status end_epoch(step_loop *loop)
{
    mpb_training_state *state = loop->state;
    const mpb_epoch_row row = {
        .epoch = (size_t)((state->step - 1) / loop->trainer->options.steps_per_epoch + 1),
        .train_loss = state->epoch_loss / (double)state->epoch_steps,
        .train_figure = epoch_figure(loop),
        .val_figure = loop->val_figure,
    };

    state->epoch_loss = 0.0;
    state->epoch_steps = 0;
    state->epoch_examples = 0;
    memset(state->epoch_sums, 0, sizeof(state->epoch_sums));
    return tell(loop, (mpb_event){.kind = MPB_EVENT_EPOCH, .row = row});
}

static mpb_status save(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    const double started_at = mpb_clock_seconds();

    MPB_TRY(mpb_saver_checkpoint(trainer->saver, loop->state));
    mpb_keeper_note_saved(trainer->keeper);
    return tell(loop, (mpb_event){.kind = MPB_EVENT_CHECKPOINT,
                                  .seconds = mpb_clock_seconds() - started_at});
}

/* What the coordinator decides after a step, in the order that leaves a resumable state behind. */
static mpb_status settle_step(step_loop *loop)
{
    mpb_decision decision;

    MPB_TRY(mpb_coordinator_decide(loop->trainer->coordinator, loop->state->step, &decision));
    MPB_TRY(tell_news(loop));
    if (decision.stop != MPB_GO_ON) {
        return run_stop(loop->trainer, loop->state, decision.stop);
    }
    if (decision.compare) {
        MPB_TRY(compare_ranks(loop));
    }
    if (decision.validate) {
        MPB_TRY(validate(loop));
    }
    if (decision.epoch_ends) {
        MPB_TRY(end_epoch(loop));
    }
    loop->state->settled_step = loop->state->step;
    return decision.save || loop->stop_early ? save(loop) : MPB_OK;
}

static mpb_status run_steps(step_loop *loop)
{
    const mpb_training_state *state = loop->state;

    if (state->settled_step < state->step) {
        MPB_TRY(settle_step(loop));
    }
    while (state->step < loop->trainer->options.until_step && !loop->stop_early) {
        MPB_TRY(take_step(loop));
        MPB_TRY(settle_step(loop));
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

    MPB_TRY(tell(loop, (mpb_event){.kind = MPB_EVENT_END}));
    MPB_TRY(run_finish(trainer, loop->state));
    return tell(loop, (mpb_event){.kind = MPB_EVENT_MODELS,
                                  .models = run_models_of(
                                      trainer->saver->run, options->metric_for_best_model,
                                      options->load_best_model_at_end, loop->state)});
}

/* What is left to tell of a run that ended as it should, or stopped. */
static mpb_status tell_last_news(const step_loop *loop, mpb_status status)
{
    const bool ended = status == MPB_OK || status == MPB_STOPPED;
    const mpb_status told = ended ? tell_news(loop) : MPB_OK;

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
