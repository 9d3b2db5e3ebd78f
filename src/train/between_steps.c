/* What is done between two steps. */

#include <math.h>
#include <string.h>

#include "guard.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/clock.h"
#include "run_stop.h"
#include "step_loop.h"

static mpb_status compare_ranks(step_loop *loop)
{
    const char *warning;

    MPB_TRY(mpb_pace_compare(&loop->pace, &warning));
    if (warning == NULL) {
        return MPB_OK;
    }
    return loop_tell(loop, (mpb_event){.kind = MPB_EVENT_WARNING, .line = warning});
}

static mpb_status save_best(const step_loop *loop)
{
    const double started_at = mpb_clock_seconds();

    mpb_comm_note(loop->trainer->comm, "saving", loop->state->step);
    MPB_TRY(mpb_saver_model(loop->trainer->saver, "best"));
    return loop_tell(
        loop, (mpb_event){.kind = MPB_EVENT_BEST, .seconds = mpb_clock_seconds() - started_at});
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

    return mpb_comm_agree(loop->trainer->comm, seen ? loop_tell_own(loop, event) : MPB_OK);
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
        loop->stop_early = loop_is_out_of_patience(loop);
    }
    MPB_TRY(loop_tell(loop, (mpb_event){
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
    return loop_tell(loop, (mpb_event){.kind = MPB_EVENT_EPOCH, .row = row});
}

static mpb_status save(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    const double started_at = mpb_clock_seconds();

    MPB_TRY(mpb_saver_checkpoint(trainer->saver, loop->state));
    mpb_keeper_note_saved(trainer->keeper);
    return loop_tell(loop, (mpb_event){.kind = MPB_EVENT_CHECKPOINT,
                                       .seconds = mpb_clock_seconds() - started_at});
}

mpb_status loop_settle_step(step_loop *loop)
{
    mpb_decision decision;

    MPB_TRY(mpb_coordinator_decide(loop->trainer->coordinator, loop->state->step, &decision));
    MPB_TRY(loop_tell_news(loop));
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
