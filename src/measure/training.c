#include "mpibert/budget/memory_plan.h"
#include "mpibert/config/run_config.h"
#include "mpibert/eval/predict.h"
#include "mpibert/measure/flops.h"
#include "mpibert/model/head.h"
#include "mpibert/nn/kernels.h"
#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/step.h"
#include "mpibert/task/examples.h"
#include "sequences.h"
#include "steps.h"

/* The parts of a run that a step needs; an epoch is one step over the one batch. */
typedef struct training {
    mpb_measure_setup *setup; /* whose team gets an errand */
    mpb_updater_options updater_options;
    double learning_rate;
    uint64_t seed;
    mpb_dataset dataset;
    mpb_task_examples examples;
    mpb_masking *masking; /* NULL unless the task masks tokens */
    double flops;         /* of a step */
    mpb_plan *plan;
    mpb_model_limits limits;
    mpb_model *model;
    mpb_updater *updater;
    mpb_run_cluster sums;
    mpb_reduction *reduction;
    mpb_stepper stepper;
    mpb_step_times *times; /* borrowed, of the steps after the first */
} training;

static mpb_status take_defaults(training *work)
{
    mpb_run_config config = {0};

    MPB_TRY(mpb_run_config_defaults(&config));
    work->updater_options = (mpb_updater_options){
        .beta1 = (float)config.training.adam_beta1,
        .beta2 = (float)config.training.adam_beta2,
        .epsilon = (float)config.training.adam_epsilon,
        .weight_decay = (float)config.training.weight_decay,
        .max_grad_norm = (float)config.training.max_grad_norm,
        .layer_lr_decay = (float)config.training.layer_lr_decay,
    };
    work->learning_rate = config.training.learning_rate;
    work->seed = (uint64_t)config.training.seed;
    work->sums = (mpb_run_cluster){.gradient_dtype = work->setup->gradient_dtype,
                                   .error_feedback = config.cluster.error_feedback,
                                   .overlap = work->setup->overlap};
    mpb_run_config_clear(&config);
    return MPB_OK;
}

static mpb_status make_plan(training *work)
{
    const mpb_measure_setup *setup = work->setup;
    const mpb_plan_options options = {
        .num_examples = work->examples.count,
        .begins = work->examples.begins,
        .data = &work->dataset,
        .batch_size = work->examples.count,
        .accumulation = 1,
        .hidden_size = setup->model.hidden_size,
        .seed = work->seed,
        .rank = mpb_comm_rank(setup->comm),
        .size = mpb_comm_size(setup->comm),
    };

    return mpb_plan_create(&options, &work->plan);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Of all steps; a rank without a sequence has room for one. */
static mpb_model_limits limits_of(const training *work)
{
    mpb_model_limits limits = {.max_length = mpb_dataset_longest(&work->dataset), .training = true};

    mpb_plan_limits(work->plan, (size_t)work->setup->samples + 1, &limits.max_tokens,
                    &limits.max_sequences);
    limits.max_tokens = larger(limits.max_tokens, limits.max_length);
    limits.max_sequences = larger(limits.max_sequences, 1);
    return limits;
}

static mpb_status make_stepper(training *work)
{
    work->stepper = (mpb_stepper){
        .comm = work->setup->comm,
        .dataset = &work->dataset,
        .task = work->setup->task,
        .loss = {.nn = mpb_nn_for(work->setup->isa),
                 .num_labels = mpb_head_width(&work->setup->model),
                 .draw = {.masking = work->masking}},
        .model = work->model,
        .plan = work->plan,
        .updater = work->updater,
        .reduction = work->reduction,
        .seed = work->seed,
    };
    return mpb_stepper_prepare(&work->stepper, work->limits.max_tokens, work->limits.max_sequences);
}

static mpb_status make_data(training *work)
{
    MPB_TRY(take_defaults(work));
    MPB_TRY(sequences_make(work->setup, &work->dataset));
    MPB_TRY(sequences_masking(work->setup, &work->masking));
    sequences_draw(work->setup, 1, &work->dataset);
    MPB_TRY(sequences_flops(work->setup, &work->dataset, work->masking, &work->flops));
    MPB_TRY(mpb_task_examples_find(work->setup->task, &work->dataset, &work->examples));
    MPB_TRY(make_plan(work));
    work->limits = limits_of(work);
    return MPB_OK;
}

static mpb_status plan_own_memory(training *work, const mpb_memory_grant *grant,
                                  mpb_memory_plan *plan)
{
    const mpb_measure_setup *setup = work->setup;
    const mpb_memory_job job = {
        .model = &setup->model,
        .limits = work->limits,
        .threads = setup->team.threads,
        .precision = setup->products.precision,
        .resident = mpb_memory_resident(),
        .data = mpb_dataset_bytes(&work->dataset),
        .buffers = mpb_stepper_bytes(&setup->model, &work->dataset, work->limits.max_tokens,
                                     work->limits.max_sequences),
        .sums = &work->sums,
        .ranks = mpb_comm_size(setup->comm),
        .node_size = mpb_comm_node_size(setup->comm),
        .num_nodes = mpb_comm_num_nodes(setup->comm),
    };

    MPB_TRY(mpb_memory_plan_make(&job, setup->checkpointing, grant->bytes, plan));
    if (mpb_memory_plan_bytes(plan) > grant->bytes) {
        return mpb_memory_plan_refuse(plan, grant,
                                      setup->checkpointing == MPB_RUN_CHECKPOINTING_NONE
                                          ? "--activation-checkpointing auto needs less"
                                          : "a smaller --batch or --length needs less");
    }
    work->limits.checkpointed_layers = plan->checkpointed_layers;
    return MPB_OK;
}

/* As a run does it. Collective. */
static mpb_status plan_memory(training *work, mpb_step_measurement *result)
{
    const mpb_measure_setup *setup = work->setup;
    mpb_memory_grant grant;
    mpb_memory_plan plan;
    double largest[2];

    MPB_TRY(mpb_memory_grant_get(setup->comm, setup->memory_limit, "--memory-limit", &grant));
    MPB_TRY(mpb_comm_agree(setup->comm, plan_own_memory(work, &grant, &plan)));
    largest[0] = (double)mpb_memory_plan_bytes(&plan);
    largest[1] = plan.checkpointed_layers;
    MPB_TRY(mpb_comm_max_double(setup->comm, largest, 2));
    result->planned_bytes = (int64_t)largest[0];
    result->checkpointed_layers = (int)largest[1];
    return MPB_OK;
}

static mpb_status make_model(training *work)
{
    const mpb_measure_setup *setup = work->setup;
    mpb_share share;

    MPB_TRY(random_model_create(setup, &work->limits, &work->model));
    share = mpb_share_of(mpb_model_trained(work->model), 0, 1);
    return mpb_updater_create(&work->updater_options, mpb_model_trained(work->model), &share,
                              setup->model.num_hidden_layers,
                              mpb_model_trained_weights(work->model), &setup->team, setup->isa,
                              &work->updater);
}

static mpb_status training_begin(training *work, mpb_step_measurement *result)
{
    const mpb_comm *comm = work->setup->comm;

    MPB_TRY(mpb_comm_agree(comm, make_data(work)));
    MPB_TRY(plan_memory(work, result));
    MPB_TRY(mpb_comm_agree(comm, make_model(work)));
    MPB_TRY(mpb_gradient_sums_create(comm, &work->sums, mpb_model_trained(work->model)->size, 1,
                                     &work->setup->team, work->setup->isa, &work->reduction));
    return mpb_comm_agree(comm, make_stepper(work));
}

static void training_end(training *work)
{
    mpb_stepper_clear(&work->stepper);
    mpb_gradient_sums_destroy(&work->setup->team, &work->reduction);
    mpb_updater_destroy(&work->updater);
    mpb_model_destroy(&work->model);
    mpb_plan_destroy(&work->plan);
    mpb_task_examples_clear(&work->examples);
    mpb_masking_destroy(&work->masking);
    mpb_dataset_clear(&work->dataset);
}

static mpb_status train_step(void *context, int64_t step)
{
    training *work = context;
    mpb_step_report report;

    MPB_TRY(
        mpb_stepper_run(&work->stepper, step, (size_t)(step - 1), 0, work->learning_rate, &report));
    if (step > 1) {
        work->times[step - 2] = report.times;
    }
    return MPB_OK;
}

mpb_status mpb_measure_training(const mpb_measure_setup *setup, mpb_step_measurement *result)
{
    mpb_measure_setup own = *setup;
    training work = {.setup = &own, .times = result->times};
    mpb_status status;

    *result = (mpb_step_measurement){0};
    status = training_begin(&work, result);
    if (status == MPB_OK) {
        status = steps_measure(&own, train_step, &work, &work.dataset,
                               MPB_FLOPS_PASSES * work.flops, result);
    }
    training_end(&work);
    return status;
}
