#include "mpibert/train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/data/documents.h"
#include "mpibert/eval/metrics.h"
#include "mpibert/eval/predict.h"
#include "mpibert/io/file.h"
#include "mpibert/report/metrics_log.h"
#include "mpibert/report/table.h"
#include "mpibert/train/history.h"
#include "mpibert/train/run_log.h"
#include "mpibert/train/screen.h"
#include "mpibert/train/signals.h"

/* What changes while the loop runs. */
typedef struct step_loop {
    mpb_trainer *trainer;
    mpb_training_state *state;
    mpb_progress progress;   /* rank 0's */
    mpb_run_log log;         /* rank 0's */
    mpb_documents documents; /* of the validation set */
    float *logits;           /* owned, of the validation set */
    double val_accuracy;     /* of the newest validation, NaN: none */
    bool stop_early;
} step_loop;

static bool is_leader(const mpb_trainer *trainer)
{
    return mpb_comm_rank(trainer->comm) == 0;
}

/* Larger is better for every metric but the loss. */
static double score_of(const mpb_classification_metrics *metrics, const char *name)
{
    if (strcmp(name, "loss") == 0) {
        return -metrics->loss;
    }
    if (strcmp(name, "f1") == 0) {
        return metrics->f1;
    }
    if (strcmp(name, "macro_f1") == 0) {
        return metrics->macro_f1;
    }
    if (strcmp(name, "mcc") == 0) {
        return metrics->mcc;
    }
    return metrics->accuracy;
}

static bool is_out_of_patience(const step_loop *loop)
{
    int64_t patience = loop->trainer->options.early_stopping_patience;

    return patience > 0 && loop->state->stale_validations >= patience;
}

/* Keeps the model if it is the best so far; counts validations that were not. */
static mpb_status rank_validation(step_loop *loop, const mpb_classification_metrics *metrics)
{
    const mpb_trainer_options *options = &loop->trainer->options;
    mpb_training_state *state = loop->state;
    double score = score_of(metrics, options->metric_for_best_model);

    state->last_metric = score;
    if (state->best_step < 0 || score > state->best_metric) {
        state->best_step = state->step;
        state->best_metric = score;
        state->stale_validations = 0;
        return mpb_saver_model(loop->trainer->saver, "best");
    }
    state->stale_validations++;
    loop->stop_early = is_out_of_patience(loop);
    return MPB_OK;
}

/* Of the epoch's training examples so far, as they were met. */
static double epoch_accuracy(const mpb_training_state *state)
{
    return (double)state->epoch_hits / (double)state->epoch_examples;
}

/* Because a signal asked for it; the state is that after the last whole step. */
static mpb_status stop(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;

    MPB_TRY(mpb_comm_agree(trainer->comm, mpb_keeper_save(trainer->stepper->keeper)));
    return MPB_FAIL(MPB_STOPPED,
                    "stopped by a signal after step %lld of %lld; submit the same command again to "
                    "continue (%s)",
                    (long long)loop->state->step, (long long)trainer->options.total_steps,
                    trainer->saver->run);
}

/* After work that ranks do together: a signal may have come to any of them. */
static mpb_status stop_if_asked(const step_loop *loop)
{
    double raised = mpb_signals_raised() ? 1.0 : 0.0;

    MPB_TRY(mpb_comm_max_double(loop->trainer->comm, &raised, 1));
    return raised > 0.0 ? stop(loop) : MPB_OK;
}

/* A run that stops before its end validates this step when it is taken up again. */
static mpb_status validate(step_loop *loop)
{
    mpb_trainer *trainer = loop->trainer;
    const mpb_dataset *validation = trainer->validation;
    const int num_labels = mpb_model_configuration(trainer->stepper->model)->num_labels;
    const mpb_predict_watch watch = {.tell = mpb_screen_validation, .context = &loop->progress};
    mpb_classification_metrics metrics = {0};
    mpb_status status;

    loop->val_accuracy = (double)NAN;
    if (validation->num_sequences == 0) {
        return MPB_OK;
    }
    mpb_updater_catch_up(trainer->stepper->updater);
    mpb_keeper_rest(trainer->stepper->keeper);
    status = mpb_predict_logits(trainer->comm, trainer->stepper->model, validation,
                                trainer->options.eval_batch_sequences, MPB_ERR_DIVERGED, &watch,
                                loop->logits);
    mpb_keeper_change(trainer->stepper->keeper);
    MPB_TRY(status);
    MPB_TRY(stop_if_asked(loop));
    mpb_documents_pool(&loop->documents, trainer->options.document_pooling, (size_t)num_labels,
                       loop->logits);
    status = mpb_comm_agree(trainer->comm, mpb_classification_metrics_compute(
                                               loop->documents.count, num_labels, loop->logits,
                                               loop->documents.labels, &metrics));
    MPB_TRY(status);
    loop->val_accuracy = metrics.accuracy;
    status = rank_validation(loop, &metrics);
    if (status == MPB_OK && is_leader(trainer)) {
        status = mpb_run_log_validation(&loop->log, loop->state->step, epoch_accuracy(loop->state),
                                        &metrics);
    }
    mpb_classification_metrics_clear(&metrics);
    return mpb_comm_agree(trainer->comm, status);
}

static mpb_status end_epoch(step_loop *loop)
{
    const mpb_trainer_options *options = &loop->trainer->options;
    mpb_training_state *state = loop->state;
    mpb_epoch_row row = {
        .epoch = (size_t)((state->step - 1) / options->steps_per_epoch + 1),
        .train_loss = state->epoch_loss / (double)state->epoch_steps,
        .train_accuracy = epoch_accuracy(state),
        .val_accuracy = loop->val_accuracy,
    };

    if (is_leader(loop->trainer)) {
        mpb_progress_clear(&loop->progress);
        mpb_table_row(&row);
    }
    state->epoch_loss = 0.0;
    state->epoch_steps = 0;
    state->epoch_hits = 0;
    state->epoch_examples = 0;
    return mpb_history_add(&state->history, &row);
}

/* What the coordinator decides after a step, in the order that leaves a resumable state behind. */
static mpb_status settle_step(step_loop *loop)
{
    mpb_decision decision;

    MPB_TRY(mpb_coordinator_decide(loop->trainer->coordinator, loop->state->step, &decision));
    if (decision.validate) {
        MPB_TRY(validate(loop));
    }
    if (decision.epoch_ends) {
        MPB_TRY(mpb_comm_agree(loop->trainer->comm, end_epoch(loop)));
    }
    loop->state->settled_step = loop->state->step;
    if (decision.save || loop->stop_early) {
        MPB_TRY(mpb_saver_checkpoint(loop->trainer->saver, loop->state));
        mpb_keeper_note_saved(loop->trainer->stepper->keeper);
    }
    return MPB_OK;
}

static mpb_status take_step(step_loop *loop, mpb_step_report *report)
{
    mpb_trainer *trainer = loop->trainer;
    const mpb_trainer_options *options = &trainer->options;
    mpb_training_state *state = loop->state;
    int64_t done = state->step;
    double rate = options->learning_rate *
                  mpb_schedule_factor(options->scheduler, done, options->warmup_steps,
                                      options->total_steps, options->learning_rate);
    double started_at = mpb_clock_seconds();
    double seconds;

    MPB_TRY(mpb_stepper_run(trainer->stepper, done + 1, (size_t)(done / options->steps_per_epoch),
                            (size_t)(done % options->steps_per_epoch), rate, report));
    if (report->asked_to_stop) {
        return stop(loop);
    }
    state->step = done + 1;
    state->epoch_steps++;
    state->epoch_loss += report->loss;
    state->epoch_hits += report->hits;
    state->epoch_examples += report->examples;
    seconds = mpb_clock_seconds() - started_at;
    MPB_TRY(mpb_run_log_step(&loop->log, trainer->comm, state->step, rate, seconds, report,
                             state->step % options->log_every_steps == 0 ||
                                 state->step == options->total_steps));
    mpb_progress_after_step(&loop->progress, mpb_clock_seconds(),
                            &(mpb_progress_step){
                                .done = (size_t)state->step,
                                .total = (size_t)options->total_steps,
                                .loss = report->loss,
                                .tokens_per_second = loop->log.tokens_per_second,
                                .seconds = seconds,
                            });
    return MPB_OK;
}

static mpb_status run_steps(step_loop *loop)
{
    mpb_trainer *trainer = loop->trainer;
    mpb_training_state *state = loop->state;

    if (state->settled_step < state->step) {
        MPB_TRY(settle_step(loop));
    }
    while (state->step < trainer->options.total_steps && !loop->stop_early) {
        mpb_step_report report;

        MPB_TRY(take_step(loop, &report));
        MPB_TRY(settle_step(loop));
    }
    return MPB_OK;
}

/* Shows the head of the table and, in a resumed run, the rows of the epochs that are done. */
static mpb_status begin(step_loop *loop)
{
    mpb_trainer *trainer = loop->trainer;
    mpb_training_state *state = loop->state;
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(trainer->saver->run, "metrics.jsonl", path, sizeof(path)));
    MPB_TRY(mpb_run_log_begin(&loop->log, path, trainer->options.steps_per_epoch,
                              mpb_comm_size(trainer->comm)));
    loop->progress = mpb_screen_progress(trainer->log, trainer->options.progress);
    if (!is_leader(trainer)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_metrics_log_resume(path, (size_t)state->step));
    mpb_table_head();
    return mpb_history_print(state->history);
}

static mpb_status prepare(step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    const int num_labels = mpb_model_configuration(trainer->stepper->model)->num_labels;
    mpb_training_state *state = loop->state;

    MPB_TRY(mpb_memory_create(trainer->validation->num_sequences * (size_t)num_labels,
                              sizeof(float), "the logits of the validation set",
                              (void **)&loop->logits));
    MPB_TRY(mpb_documents_find(trainer->validation, &loop->documents));
    if (state->history == NULL) {
        state->best_step = -1;
        state->history = strdup("[]");
        MPB_REQUIRE(state->history != NULL, MPB_ERR_SYSTEM, "no memory for the state of the run");
    }
    loop->stop_early = is_out_of_patience(loop);
    return begin(loop);
}

/* The last step's model, or the best one again. */
static mpb_status save_final(const step_loop *loop)
{
    const mpb_saver *saver = loop->trainer->saver;
    const mpb_training_state *state = loop->state;

    if (loop->trainer->options.load_best_model_at_end && state->best_step >= 0 &&
        state->best_step != state->step) {
        MPB_TRY(mpb_saver_load_best(saver));
    }
    return mpb_saver_model(saver, "final");
}

mpb_status mpb_trainer_run(mpb_trainer *trainer, mpb_training_state *state)
{
    step_loop loop = {.trainer = trainer, .state = state};
    mpb_status status = mpb_comm_agree(trainer->comm, prepare(&loop));

    mpb_signals_hold();
    if (status == MPB_OK) {
        status = run_steps(&loop);
    }
    if (status == MPB_OK) {
        mpb_progress_clear(&loop.progress);
        status = save_final(&loop);
    }
    mpb_run_log_end(&loop.log);
    mpb_memory_destroy(loop.logits);
    mpb_documents_clear(&loop.documents);
    return status;
}
