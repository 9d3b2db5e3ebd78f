#include "whole_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frozen_encoder.h"
#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/saving/keeper.h"
#include "trainer.h"

/* What others call the model that the run started from, too. */
static const char *public_name(const whole_run *run)
{
    const mpb_architecture *known = mpb_architecture_find(run->config->model.name);

    return known == NULL ? run->config->model.name : known->model_id;
}

static mpb_saver make_saver(whole_run *run)
{
    return (mpb_saver){
        .comm = run->comm,
        .run = run->config->checkpoint.directory,
        .tokenizer_directory = run->opened.directory,
        .base = public_name(run),
        .label_names = whole_run_output_names(run),
        .length = run->text_length,
        .settings = run->text_settings.data,
        .model = run->model,
        .updater = run->updater,
        .publisher = run->publisher,
        .reduction = run->reduction,
        .keep = (int)run->config->checkpoint.keep,
        .news = &run->saver_news,
    };
}

static mpb_status replace_text(const char *text, char **field)
{
    char *copy = strdup(text);

    MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for the state of the run");
    free(*field);
    *field = copy;
    return MPB_OK;
}

/* What this start of the run computes, and with what. */
static mpb_status describe_in_state(whole_run *run)
{
    const mpb_gemm_kernel kernel = run->products.kernel;
    mpb_training_state *state = &run->state;

    MPB_TRY(replace_text(run->signature, &state->signature));
    MPB_TRY(replace_text(mpb_gemm_kernel_name(kernel), &state->kernel));
    MPB_TRY(replace_text(mpb_isa_label(run->isa), &state->instruction_set));
    return replace_text(mpb_gemm_description(kernel, run->isa), &state->products);
}

static mpb_status restore(whole_run *run, const mpb_saver *saver)
{
    const char *path = run->point.path;

    mpb_training_state_clear(&run->state);
    MPB_TRY(mpb_saver_restore(saver, path, &run->state));
    mpb_log_info(run->log, "going on after step %lld of %lld (%s)", (long long)run->state.step,
                 (long long)run->length.steps, path);
    return MPB_OK;
}

/* From here on the run is what its directory says. */
static mpb_status accept_run(whole_run *run, const mpb_saver *saver)
{
    mpb_buffer config_text = {0};
    mpb_status status = mpb_run_config_write(run->config, &config_text);

    status = mpb_comm_agree(run->comm, status);
    run->accepted = status == MPB_OK;
    if (status == MPB_OK) {
        status = mpb_saver_begin(saver, config_text.data, config_text.size);
    }
    mpb_buffer_clear(&config_text);
    MPB_TRY(status);
    if (run->log->leader) {
        mpb_checkpoint_clear_unfinished(run->log, run->config->checkpoint.directory);
    }
    return run->point.path[0] == '\0' ? mpb_saver_start_anew(saver) : MPB_OK;
}

static mpb_schedule_kind schedule_of(mpb_run_scheduler scheduler)
{
    switch (scheduler) {
    case MPB_RUN_COSINE:
        return MPB_SCHEDULE_COSINE;
    case MPB_RUN_CONSTANT:
        return MPB_SCHEDULE_CONSTANT;
    case MPB_RUN_POLYNOMIAL:
        return MPB_SCHEDULE_POLYNOMIAL;
    case MPB_RUN_LINEAR:
        break;
    }
    return MPB_SCHEDULE_LINEAR;
}

/* The step after which the run is left. */
static int64_t until_step(const whole_run *run)
{
    const int64_t step = run->until_epoch * run->length.steps_per_epoch;

    return step > 0 && step < run->length.steps ? step : run->length.steps;
}

static mpb_trainer_options trainer_options(const whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    int64_t warmup = training->warmup_steps;

    if (warmup == 0) {
        warmup = (int64_t)ceil(training->warmup_ratio * (double)run->length.steps);
    }
    return (mpb_trainer_options){
        .total_steps = run->length.steps,
        .until_step = until_step(run),
        .steps_per_epoch = run->length.steps_per_epoch,
        .learning_rate = training->learning_rate,
        .scheduler = schedule_of(training->scheduler),
        .warmup_steps = warmup,
        .log_every_steps = run->config->logging.every_steps,
        .early_stopping_patience = training->early_stopping_patience,
        .metric_for_best_model =
            mpb_task_metric_find(run->task, run->config->checkpoint.metric_for_best_model),
        .load_best_model_at_end = run->config->checkpoint.load_best_model_at_end,
        .progress = run->config->logging.progress,
        .document_pooling = run->config->data.document_pooling,
        .answers = &run->config->inference.answers,
        .eval_batch_sequences = run->limits.eval_sequences,
        .threads = run->team.threads,
    };
}

enum { TOKEN_SIZE = 32 };

/* No other start of the run has the same. Collective. */
static mpb_status make_token(const whole_run *run, char token[TOKEN_SIZE])
{
    memset(token, 0, TOKEN_SIZE);
    snprintf(token, TOKEN_SIZE, "%lld-%ld", (long long)time(NULL), (long)getpid());
    return mpb_comm_broadcast(run->comm, token, TOKEN_SIZE);
}

/* With what a signal's coming must not lose. */
static mpb_status run_trainer(whole_run *run, const mpb_saver *saver, mpb_trainer *trainer)
{
    char token[TOKEN_SIZE];
    const mpb_keeper_parts parts = {.log = run->log,
                                    .saver = saver,
                                    .state = &run->state,
                                    .team = &run->team,
                                    .lock = &run->lock,
                                    .token = token};
    mpb_status status = MPB_OK;

    MPB_TRY(make_token(run, token));
    if (mpb_comm_rank(run->comm) == 0 || mpb_saver_needs_all_ranks(saver)) {
        status = mpb_keeper_begin(&parts, &trainer->keeper);
    }
    status = mpb_comm_agree(run->comm, status);
    if (status == MPB_OK) {
        run->stepper.state_lock = mpb_keeper_lock(trainer->keeper);
        status = mpb_trainer_run(trainer, &run->state);
    }
    mpb_keeper_end(&trainer->keeper);
    return status;
}

/* A validation's forward is taken for as slow as a training step of as many tokens, which it is
 * not. */
static void begin_limit(whole_run *run)
{
    const mpb_dataset *train = &run->inputs.train;
    const mpb_dataset *validation = &run->inputs.validation;
    const double trained = (double)mpb_dataset_num_tokens(train);
    const mpb_time_limit_options options = {
        .started_at = run->started_at,
        .minutes = run->config->checkpoint.time_limit_minutes,
        .model_bytes = mpb_model_parameters(run->model)->size * sizeof(float),
        .validation_effort = validation->num_sequences == 0
                                 ? 0.0
                                 : (double)mpb_dataset_num_tokens(validation) *
                                       (double)run->length.steps_per_epoch / trained,
    };

    if (mpb_comm_rank(run->comm) == 0) {
        mpb_time_limit_begin(&options, &run->limit);
    }
}

mpb_status whole_run_train(whole_run *run)
{
    const mpb_saver saver = make_saver(run);
    const mpb_cadence cadence = {
        .last_step = until_step(run),
        .steps_per_epoch = run->length.steps_per_epoch,
        .validate_every_steps = run->config->training.eval_every_steps,
        .save_every_steps = run->config->checkpoint.every_steps,
        .save_every_minutes = run->config->checkpoint.every_minutes,
    };
    mpb_time_limit *limit = mpb_comm_rank(run->comm) == 0 ? &run->limit : NULL;
    mpb_coordinator coordinator = mpb_coordinator_begin(run->comm, &cadence, limit);
    mpb_trainer trainer = {
        .comm = run->comm,
        .log = run->log,
        .validation = &run->inputs.validation,
        .stepper = &run->stepper,
        .coordinator = &coordinator,
        .saver = &saver,
        .limit = limit,
        .options = trainer_options(run),
    };

    if (run->point.path[0] != '\0') {
        MPB_TRY(restore(run, &saver));
    }
    MPB_TRY(mpb_comm_agree(run->comm, describe_in_state(run)));
    MPB_TRY(accept_run(run, &saver));
    begin_limit(run);
    MPB_TRY(frozen_encoder_run(run));
    return run_trainer(run, &saver, &trainer);
}
