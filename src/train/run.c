#include "mpibert/train/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/ckpt/run_lock.h"
#include "mpibert/core/memory.h"
#include "mpibert/math/blas.h"
#include "mpibert/train/announce.h"
#include "mpibert/train/corpus_setup.h"
#include "mpibert/train/inputs.h"
#include "mpibert/train/keeper.h"
#include "mpibert/train/opened_model.h"
#include "mpibert/train/products.h"
#include "mpibert/train/rank_team.h"
#include "mpibert/train/signals.h"
#include "mpibert/train/signature.h"
#include "mpibert/train/trainer.h"
#include "resume_point.h"
#include "run_memory.h"
#include "start_lines.h"
#include "text_settings.h"

/* Everything a run owns, made in this order and given back in the reverse one. */
typedef struct whole_run {
    const mpb_log *log;
    const mpb_comm *comm;
    const mpb_run_config *config;
    mpb_run_config settled; /* *config with what the model decides; borrows from it */
    mpb_opened_model opened;
    mpb_run_lock lock; /* rank 0's */
    resume_point point;
    bool accepted; /* from then on the run is in its directory */
    mpb_run_inputs inputs;
    mpb_buffer text_settings; /* how their text was read */
    int text_length;          /* tokens, at most */
    mpb_team team;
    mpb_isa isa;
    mpb_gemm_choice products;
    size_t batch_size; /* sequences of a micro-batch over all ranks */
    mpb_run_length length;
    mpb_plan *plan;
    batch_limits limits;
    mpb_model *model;
    bool new_head; /* which the model directory does not have */
    mpb_updater *updater;
    float *class_weights; /* NULL: all 1 */
    mpb_stepper stepper;
    char *signature;
    mpb_training_state state;
    bool told_of_leftovers;
} whole_run;

static void run_clear(whole_run *run)
{
    mpb_training_state_clear(&run->state);
    free(run->signature);
    mpb_stepper_clear(&run->stepper);
    mpb_memory_destroy(run->class_weights);
    mpb_updater_destroy(&run->updater);
    mpb_model_destroy(&run->model);
    mpb_plan_destroy(&run->plan);
    mpb_buffer_clear(&run->text_settings);
    mpb_run_inputs_clear(&run->inputs);
    mpb_run_lock_end(&run->lock, run->accepted);
    mpb_opened_model_close(&run->opened);
    mpb_team_end(&run->team);
}

/* Before the first byte goes to the run directory: the shards of text may be kept there. */
static mpb_status lock_directory(whole_run *run)
{
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(run->comm) == 0) {
        status = mpb_run_lock_begin(run->log, run->config->checkpoint.directory, &run->lock);
    }
    return mpb_comm_agree(run->comm, status);
}

static mpb_status open_model(whole_run *run)
{
    MPB_TRY(mpb_opened_model_for_training(&run->config->model, &run->opened));
    run->settled = *run->config;
    MPB_TRY(mpb_corpus_settle_length(&run->opened, MPB_USUAL_LENGTH, &run->settled));
    run->config = &run->settled;
    return MPB_OK;
}

static mpb_status open_inputs(whole_run *run)
{
    MPB_TRY(mpb_run_inputs_load(run->log, run->comm, run->config, &run->opened, &run->inputs));
    run->opened.config.num_labels = (int)run->inputs.train.label_names.count;
    run->opened.config.problem = MPB_SINGLE_LABEL;
    return mpb_comm_agree(run->comm,
                          text_settings_make(run->config, &run->text_settings, &run->text_length));
}

static mpb_plan_options plan_options(const whole_run *run)
{
    const mpb_dataset *train = &run->inputs.train;

    return (mpb_plan_options){
        .num_sequences = train->num_sequences,
        .offsets = train->offsets,
        .batch_size = run->batch_size,
        .accumulation = (size_t)run->config->training.gradient_accumulation_steps,
        .hidden_size = run->opened.config.hidden_size,
        .seed = (uint64_t)run->config->training.seed,
        .rank = mpb_comm_rank(run->comm),
        .size = mpb_comm_size(run->comm),
    };
}

static mpb_status make_plan(whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    const int64_t size = mpb_comm_size(run->comm);
    mpb_plan_options options;

    run->batch_size = training->batch_size_per_rank > 0
                          ? (size_t)(training->batch_size_per_rank * size)
                          : (size_t)training->batch_size;
    options = plan_options(run);
    MPB_TRY(mpb_plan_create(&options, &run->plan));
    run->length = mpb_run_length_of(training, (int64_t)mpb_plan_steps_per_epoch(run->plan));
    return MPB_OK;
}

/* The ranks' largest micro-batches differ, their evaluation batches may not. */
static mpb_status take_smallest(const mpb_comm *comm, size_t *count)
{
    double negative = -(double)*count;

    MPB_TRY(mpb_comm_max_double(comm, &negative, 1));
    *count = (size_t)-negative;
    return MPB_OK;
}

/* Room for the largest batches, within what memory there is. Collective. */
static mpb_status set_limits(whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    const run_memory memory = {
        .comm = run->comm,
        .log = run->log,
        .config = run->config,
        .model = &run->opened.config,
        .sizes = {.train = &run->inputs.train,
                  .validation = &run->inputs.validation,
                  .plan = plan_options(run),
                  .epochs = (size_t)training->epochs,
                  .eval_batch_size = (size_t)training->eval_batch_size},
        .threads = run->team.threads,
        .precision = run->products.precision,
    };

    batch_limits_find(&memory.sizes, run->plan, &run->limits);
    MPB_TRY(take_smallest(run->comm, &run->limits.eval_sequences));
    return run_memory_plan(&memory, &run->limits);
}

static mpb_status read_weights(whole_run *run)
{
    const mpb_run_config *config = run->config;
    const mpb_parameters *parameters = mpb_model_parameters(run->model);
    float *weights = mpb_model_weights(run->model);
    bool fresh_head = !mpb_strings_equal(&run->opened.label_names, &run->inputs.train.label_names);
    uint64_t seed = (uint64_t)config->training.seed;
    size_t num_initialised = 0;

    if (config->model.initialize == MPB_RUN_RANDOM) {
        for (size_t i = 0; i < parameters->count; i++) {
            const mpb_parameter *p = &parameters->items[i];

            mpb_parameter_initialise(p, i, run->opened.config.initializer_range, seed,
                                     weights + p->offset);
        }
        return MPB_OK;
    }
    MPB_TRY(mpb_model_dir_read_weights(run->opened.directory, &run->opened.config, parameters,
                                       fresh_head, seed, weights, &num_initialised));
    run->new_head = num_initialised > 0;
    return MPB_OK;
}

/* On rank 0. */
static mpb_status announce_inputs(const whole_run *run)
{
    const start_steps steps = {
        .total = run->length.steps,
        .per_epoch = run->length.steps_per_epoch,
        .batch_size = run->batch_size,
        .ranks = mpb_comm_size(run->comm),
        .threads = run->team.threads,
        .kernels = mpb_isa_label(run->isa),
        .products = mpb_gemm_description(run->products.kernel, run->isa),
    };
    mpb_buffer lines = {0};
    mpb_status status = start_lines_data(run->config, &run->inputs, &lines);

    if (status == MPB_OK) {
        status = start_lines_lengths(run->config, &run->inputs, &lines);
    }
    if (status == MPB_OK) {
        status = start_lines_steps(run->config, &steps, &lines);
    }
    if (status == MPB_OK) {
        fputs(lines.data, stdout);
        fflush(stdout);
    }
    mpb_buffer_clear(&lines);
    return status;
}

/* 109482240 as "109,482,240". `text` has room for 28 bytes. */
static void with_commas(size_t number, char *text, size_t size)
{
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%zu", number);
    size_t at = 0;

    for (size_t i = 0; i < length && at + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

static void announce_model(const whole_run *run)
{
    const mpb_architecture *known = mpb_architecture_find(run->config->model.name);
    char parameters[28];

    if (!run->log->leader) {
        return;
    }
    with_commas(mpb_model_parameters(run->model)->num_encoder, parameters, sizeof(parameters));
    printf("%s %s | Parameters: %s | Layers: %d%s\n",
           run->config->model.initialize == MPB_RUN_RANDOM ? "Initialized" : "Loaded",
           known == NULL ? run->config->model.name : known->model_id, parameters,
           run->opened.config.num_hidden_layers, run->new_head ? " | Head: starts at random" : "");
    fflush(stdout);
}

static mpb_status make_model(whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    const mpb_updater_options options = {
        .beta1 = (float)training->adam_beta1,
        .beta2 = (float)training->adam_beta2,
        .epsilon = (float)training->adam_epsilon,
        .weight_decay = (float)training->weight_decay,
        .max_grad_norm = (float)training->max_grad_norm,
        .layer_lr_decay = (float)training->layer_lr_decay,
    };

    MPB_TRY(mpb_model_create(&run->opened.config, &run->limits.model, &run->team, run->isa,
                             run->products, &run->model));
    MPB_TRY(mpb_updater_create(&options, mpb_model_parameters(run->model),
                               run->opened.config.num_hidden_layers, mpb_model_weights(run->model),
                               &run->team, run->isa, &run->updater));
    return run->point.path[0] == '\0' ? read_weights(run) : MPB_OK;
}

/* scikit-learn's class_weight="balanced": examples / (labels * examples of the label). */
static mpb_status balance_classes(whole_run *run)
{
    const mpb_dataset *train = &run->inputs.train;
    size_t num_labels = train->label_names.count;

    if (run->config->training.class_weights != MPB_RUN_WEIGHTS_BALANCED) {
        return MPB_OK;
    }
    MPB_TRY(mpb_memory_create(num_labels, sizeof(float), "the class weights",
                              (void **)&run->class_weights));
    for (size_t i = 0; i < train->num_sequences; i++) {
        run->class_weights[train->labels[i]] += 1.0f;
    }
    for (size_t j = 0; j < num_labels; j++) {
        if (run->class_weights[j] > 0.0f) {
            run->class_weights[j] =
                (float)train->num_sequences / ((float)num_labels * run->class_weights[j]);
        }
    }
    return MPB_OK;
}

static mpb_status make_stepper(whole_run *run)
{
    MPB_TRY(balance_classes(run));
    run->stepper = (mpb_stepper){
        .comm = run->comm,
        .dataset = &run->inputs.train,
        .nn = mpb_nn_for(run->isa),
        .model = run->model,
        .plan = run->plan,
        .updater = run->updater,
        .class_weights = run->class_weights,
        .label_smoothing = (float)run->config->training.label_smoothing,
        .seed = (uint64_t)run->config->training.seed,
    };
    return mpb_stepper_prepare(&run->stepper, run->limits.model.max_tokens,
                               run->limits.model.max_sequences);
}

static mpb_saver make_saver(whole_run *run)
{
    return (mpb_saver){
        .comm = run->comm,
        .log = run->log,
        .run = run->config->checkpoint.directory,
        .tokenizer_directory = run->opened.directory,
        .label_names = &run->inputs.train.label_names,
        .length = run->text_length,
        .settings = run->text_settings.data,
        .model = run->model,
        .updater = run->updater,
        .keep = (int)run->config->checkpoint.keep,
        .told_of_leftovers = &run->told_of_leftovers,
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

static mpb_trainer_options trainer_options(const whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    int64_t warmup = training->warmup_steps;

    if (warmup == 0) {
        warmup = (int64_t)ceil(training->warmup_ratio * (double)run->length.steps);
    }
    return (mpb_trainer_options){
        .total_steps = run->length.steps,
        .steps_per_epoch = run->length.steps_per_epoch,
        .learning_rate = training->learning_rate,
        .scheduler = schedule_of(training->scheduler),
        .warmup_steps = warmup,
        .log_every_steps = run->config->logging.every_steps,
        .early_stopping_patience = training->early_stopping_patience,
        .metric_for_best_model = run->config->checkpoint.metric_for_best_model,
        .load_best_model_at_end = run->config->checkpoint.load_best_model_at_end,
        .progress = run->config->logging.progress,
        .document_pooling = run->config->data.document_pooling,
        .eval_batch_sequences = run->limits.eval_sequences,
    };
}

/* With what a signal's coming must not lose. */
static mpb_status run_trainer(whole_run *run, const mpb_saver *saver, mpb_trainer *trainer)
{
    const mpb_keeper_parts parts = {.log = run->log,
                                    .saver = saver,
                                    .state = &run->state,
                                    .team = &run->team,
                                    .lock = &run->lock};
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(run->comm) == 0) {
        status = mpb_keeper_begin(&parts, &run->stepper.keeper);
    }
    status = mpb_comm_agree(run->comm, status);
    if (status == MPB_OK) {
        status = mpb_trainer_run(trainer, &run->state);
    }
    mpb_keeper_end(&run->stepper.keeper);
    return status;
}

static mpb_status train(whole_run *run)
{
    const mpb_saver saver = make_saver(run);
    const mpb_cadence cadence = {
        .total_steps = run->length.steps,
        .steps_per_epoch = run->length.steps_per_epoch,
        .validate_every_steps = run->config->training.eval_every_steps,
        .save_every_steps = run->config->checkpoint.every_steps,
        .save_every_minutes = run->config->checkpoint.every_minutes,
    };
    mpb_coordinator coordinator = mpb_coordinator_begin(run->comm, &cadence);
    mpb_trainer trainer = {
        .comm = run->comm,
        .log = run->log,
        .validation = &run->inputs.validation,
        .stepper = &run->stepper,
        .coordinator = &coordinator,
        .saver = &saver,
        .options = trainer_options(run),
    };

    if (run->point.path[0] != '\0') {
        MPB_TRY(restore(run, &saver));
    }
    MPB_TRY(mpb_comm_agree(run->comm, describe_in_state(run)));
    MPB_TRY(accept_run(run, &saver));
    return run_trainer(run, &saver, &trainer);
}

static mpb_gemm_type precision_of(const mpb_run_config *config)
{
    return config->training.precision == MPB_RUN_BF16 ? MPB_GEMM_BF16 : MPB_GEMM_F32;
}

/* As the run began, or as a new one would. */
static mpb_status choose_products(whole_run *run)
{
    const mpb_gemm_type precision = precision_of(run->config);

    if (run->point.path[0] != '\0') {
        const mpb_products_record record = resume_point_products(&run->point);

        return mpb_products_restore(run->log, run->comm, &record, precision, &run->isa,
                                    &run->products);
    }
    MPB_TRY(mpb_products_isa(run->comm, &run->isa));
    return mpb_products_choose(run->comm, run->isa, precision, &run->products);
}

static mpb_status make_signature(whole_run *run)
{
    const mpb_signature_facts facts = {
        .model = &run->opened.config,
        .train = &run->inputs.train,
        .batch_size = run->batch_size,
        .length = run->length,
        .vocab_sha256 = run->opened.vocab_sha256,
    };

    return mpb_signature_make(run->config, &facts, &run->signature);
}

/* Whether this is the run that the checkpoint is of. */
static mpb_status check_data(const whole_run *run)
{
    mpb_status status = MPB_OK;

    if (run->point.path[0] != '\0' && mpb_comm_rank(run->comm) == 0) {
        status = resume_point_check_data(&run->point, &run->state, &run->inputs.train.label_names,
                                         run->signature);
    }
    return mpb_comm_agree(run->comm, status);
}

/* What the run is, and whether it may be. */
static mpb_status identify(whole_run *run)
{
    MPB_TRY(mpb_comm_agree(run->comm, open_model(run)));
    mpb_opened_model_warn(run->log, &run->opened);
    MPB_TRY(lock_directory(run));
    MPB_TRY(resume_point_find(run->log, run->comm, run->config, &run->point, &run->state));
    MPB_TRY(open_inputs(run));
    MPB_TRY(mpb_comm_agree(run->comm, make_plan(run)));
    MPB_TRY(mpb_comm_agree(run->comm, make_signature(run)));
    return check_data(run);
}

static mpb_status prepare(whole_run *run)
{
    MPB_TRY(mpb_rank_team_begin(run->log, run->comm, run->config->cluster.threads_per_rank,
                                &run->team));
    mpb_blas_single_threaded();
    MPB_TRY(choose_products(run));
    MPB_TRY(mpb_comm_agree(run->comm, run->log->leader ? announce_inputs(run) : MPB_OK));
    MPB_TRY(set_limits(run));
    MPB_TRY(mpb_comm_agree(run->comm, make_model(run)));
    announce_model(run);
    return mpb_comm_agree(run->comm, make_stepper(run));
}

/* What the data of a refused command left in the cache, in which the run has its own. */
static void discard_inputs(const whole_run *run)
{
    const mpb_strings *made = &run->inputs.made;

    for (size_t i = 0; run->log->leader && i < made->count; i++) {
        if (mpb_path_remove(made->items[i]) != MPB_OK) {
            mpb_log_warning(run->log, "%s is needed no more, but stays", made->items[i]);
        }
    }
}

static mpb_status identify_and_train(whole_run *run)
{
    mpb_status status = identify(run);

    if (status != MPB_OK && run->point.path[0] != '\0') {
        discard_inputs(run);
    }
    MPB_TRY(status);
    if (run->point.finished) {
        run->accepted = true;
        if (run->log->leader) {
            resume_point_announce_finished(run->log, run->config, &run->state);
        }
        return MPB_OK;
    }
    MPB_TRY(prepare(run));
    MPB_TRY(train(run));
    if (run->log->leader) {
        mpb_announce_models(&run->config->checkpoint, &run->state);
    }
    return MPB_OK;
}

mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config)
{
    whole_run run = {.log = log, .comm = comm, .config = config, .lock = {.descriptor = -1}};
    mpb_status status;

    mpb_signals_watch(log->leader, mpb_comm_size(comm) == 1);
    status = identify_and_train(&run);
    run_clear(&run);
    return status;
}
