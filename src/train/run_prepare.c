#include "whole_run.h"

#include <stdio.h>

#include "ask_teacher.h"
#include "class_weights.h"
#include "frozen_encoder.h"
#include "mpibert/budget/run_memory.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/math/blas.h"
#include "mpibert/session/products.h"
#include "mpibert/session/rank_team.h"
#include "mpibert/session/same_view.h"
#include "mpibert/step/gradient_sums.h"
#include "start_lines.h"

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
    mpb_run_memory memory = {
        .comm = run->comm,
        .log = run->log,
        .config = run->config,
        .model = &run->opened.config,
        .sizes = {.task = run->task,
                  .train = &run->inputs.train,
                  .validation = &run->inputs.validation,
                  .plan = whole_run_plan_options(run),
                  .eval_batch_size = (size_t)training->eval_batch_size,
                  .answers = &run->config->inference.answers},
        .threads = run->team.threads,
        .precision = run->products.precision,
    };

    MPB_TRY(mpb_run_count_epochs(training, run->length.steps_per_epoch, &memory.sizes.epochs));
    mpb_batch_limits_find(&memory.sizes, run->plan, &run->limits);
    MPB_TRY(take_smallest(run->comm, &run->limits.eval_sequences));
    return mpb_run_memory_plan(&memory, &run->limits, &run->owners);
}

/* Tensors of the head that are trained from the start. */
static size_t count_trained_head(const mpb_parameters *parameters)
{
    size_t count = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        count += parameters->items[i].is_head && parameters->items[i].trained_after == 0 ? 1 : 0;
    }
    return count;
}

static mpb_status read_weights(whole_run *run)
{
    const mpb_run_config *config = run->config;
    const mpb_parameters *parameters = mpb_model_parameters(run->model);
    float *weights = mpb_model_weights(run->model);
    const mpb_strings *names = &run->inputs.train.label_names;
    const bool fresh_head =
        names->count == 0 || !mpb_strings_equal(&run->opened.label_names, names);
    const unsigned fresh = (fresh_head ? MPB_FRESH_OUTPUT : 0u) |
                           (run->opened.fresh_adapters ? MPB_FRESH_ADAPTERS : 0u);
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
    MPB_TRY(mpb_model_dir_read_cut(run->opened.directory, &run->opened.config, run->opened.cut,
                                   parameters, fresh, seed, weights, &num_initialised));
    run->new_head = num_initialised > 0;
    run->new_frozen = num_initialised > count_trained_head(parameters) && parameters->frozen > 0;
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
        .nodes = mpb_comm_num_nodes(run->comm),
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
        mpb_log_show(run->log, lines.data);
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
    const mpb_parameters *all = mpb_model_parameters(run->model);
    const mpb_parameters *trained = mpb_model_trained(run->model);
    const mpb_layer_cut *cut = &run->opened.cut;
    char parameters[28];
    char part[28];
    char whole[24] = "";
    char line[MPB_PATH_SIZE + 160];

    if (cut->kept != NULL) {
        snprintf(whole, sizeof(whole), " of %d", cut->layers);
    }

    with_commas(all->num_encoder, parameters, sizeof(parameters));
    with_commas(trained->num_total, part, sizeof(part));
    snprintf(line, sizeof(line), "%s %s | Parameters: %s | Layers: %d%s%s%s%s",
             run->config->model.initialize == MPB_RUN_RANDOM ? "Initialized" : "Loaded",
             known == NULL ? run->config->model.name : known->model_id, parameters,
             run->opened.config.num_hidden_layers, whole,
             trained->num_total < all->num_total ? " | Trained: " : "",
             trained->num_total < all->num_total ? part : "",
             run->new_head ? " | Head: starts at random" : "");
    mpb_log_show(run->log, line);
}

enum { FEW_EXAMPLES = 1000 };

/* Few examples are learned by heart sooner than what they have in common. */
static void advise_parts(const whole_run *run)
{
    const bool all = mpb_model_parameters(run->model)->frozen == 0;

    if (run->new_frozen) {
        mpb_log_warning(run->log,
                        "the model has no pooler, which starts at random and is not trained: "
                        "model.trainable: [pooler] trains it with the head (%s)",
                        run->opened.directory);
    }
    if (all && run->examples.count < FEW_EXAMPLES && !run->task->masks &&
        run->config->model.initialize == MPB_RUN_PRETRAINED) {
        mpb_log_info(run->log,
                     "all parameters are trained on %zu examples; with fewer than %d, "
                     "model.trainable: head or a model.unfreeze_schedule often generalises better",
                     run->examples.count, FEW_EXAMPLES);
    }
}

static mpb_status make_model(whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    const mpb_updater_options options = {
        .optimizer = training->optimizer,
        .beta1 = (float)training->adam_beta1,
        .beta2 = (float)training->adam_beta2,
        .epsilon = (float)training->adam_epsilon,
        .weight_decay = (float)training->weight_decay,
        .max_grad_norm = (float)training->max_grad_norm,
        .layer_lr_decay = (float)training->layer_lr_decay,
        .steps_per_epoch = run->length.steps_per_epoch,
    };

    mpb_share share;

    MPB_TRY(mpb_model_create(&run->opened.config, &run->limits.model, &run->team, run->isa,
                             run->products, &run->model));
    share = mpb_share_of(mpb_model_trained(run->model),
                         run->owners > 1 ? mpb_comm_rank(run->comm) : 0, run->owners);
    MPB_TRY(mpb_updater_create(
        &options, mpb_model_trained(run->model), &share, run->opened.config.num_hidden_layers,
        mpb_model_trained_weights(run->model), &run->team, run->isa, &run->updater));
    return run->point.path[0] == '\0' ? read_weights(run) : MPB_OK;
}

/* Deterministic plans have sums of their own. Collective. */
static mpb_status make_reduction(whole_run *run)
{
    if (run->config->training.deterministic) {
        return MPB_OK;
    }
    return mpb_gradient_sums_create(run->comm, &run->config->cluster,
                                    mpb_model_trained(run->model)->size, run->owners, &run->team,
                                    run->isa, &run->reduction);
}

/* Sums stay with their owners where they go on while backward computes. */
static mpb_status make_publisher(whole_run *run)
{
    return mpb_publisher_create(
        run->comm, mpb_updater_share(run->updater), mpb_model_trained_weights(run->model),
        run->config->cluster.overlap ? run->reduction : NULL, &run->publisher);
}

static mpb_status make_exact_sum(whole_run *run)
{
    if (!run->config->training.deterministic) {
        return MPB_OK;
    }
    return mpb_exact_sum_create(run->comm, &run->team, mpb_plan_own_cells(run->plan).count,
                                mpb_model_trained(run->model)->size, &run->exact);
}

static mpb_status make_stepper(whole_run *run)
{
    MPB_TRY(class_weights_make(&run->config->training.class_weights, run->task, &run->inputs.train,
                               &run->label_weights));
    MPB_TRY(make_exact_sum(run));
    MPB_TRY(make_publisher(run));
    run->stepper = (mpb_stepper){
        .comm = run->comm,
        .dataset = &run->inputs.train,
        .task = run->task,
        .loss = {.nn = mpb_nn_for(run->isa),
                 .num_labels = run->opened.config.num_labels,
                 .label_smoothing = (float)run->config->training.label_smoothing,
                 .label_weights = run->label_weights,
                 .draw = {.masking = run->masking},
                 .distillation = {.temperature = (float)run->config->model.distillation.temperature,
                                  .weight = (float)run->config->model.distillation.weight}},
        .model = run->model,
        .plan = run->plan,
        .updater = run->updater,
        .exact = run->exact,
        .reduction = run->reduction,
        .publisher = run->publisher,
        .seed = (uint64_t)run->config->training.seed,
        .num_steps = run->length.steps,
    };
    return mpb_stepper_prepare(&run->stepper, run->limits.model.max_tokens,
                               run->limits.model.max_sequences);
}

static mpb_products_wish wish_of(const mpb_run_training *training)
{
    return (mpb_products_wish){
        .precision = training->precision == MPB_RUN_BF16 ? MPB_GEMM_BF16 : MPB_GEMM_F32,
        .deterministic = training->deterministic,
    };
}

/* As the run began, or as a new one would. */
static mpb_status choose_products(whole_run *run)
{
    const mpb_products_wish wish = wish_of(&run->config->training);

    if (run->point.path[0] != '\0') {
        const mpb_products_record record = resume_point_products(&run->point);

        return mpb_products_restore(run->log, run->comm, &record, wish, &run->isa, &run->products);
    }
    MPB_TRY(mpb_products_isa(run->comm, &run->isa));
    return mpb_products_choose(run->comm, run->isa, wish, &run->products);
}

mpb_status whole_run_prepare(whole_run *run)
{
    mpb_comm_note(run->comm, "making the model", -1);
    MPB_TRY(mpb_rank_team_begin(run->log, run->comm, run->config->cluster.threads_per_rank,
                                &run->team));
    mpb_blas_single_threaded();
    MPB_TRY(choose_products(run));
    MPB_TRY(mpb_comm_agree(run->comm, run->log->leader ? announce_inputs(run) : MPB_OK));
    MPB_TRY(frozen_encoder_reserve(run));
    MPB_TRY(set_limits(run));
    MPB_TRY(ask_teacher(run));
    MPB_TRY(mpb_comm_agree(run->comm, make_model(run)));
    if (run->point.path[0] == '\0') {
        MPB_TRY(mpb_same_weights(run->comm, mpb_model_weights(run->model),
                                 mpb_model_parameters(run->model)->size, run->opened.directory));
    }
    announce_model(run);
    advise_parts(run);
    MPB_TRY(make_reduction(run));
    return mpb_comm_agree(run->comm, make_stepper(run));
}
