#pragma once

/* Everything that steps of a small model need. */

#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/step.h"
#include "small_model.h"

#define STEP_RIG_DECAY 0.01

typedef struct step_rig_options {
    const mpb_model_config *config; /* borrowed while the rig is in use, as all else */
    mpb_task task;
    mpb_task_draw draw; /* of a task that masks */
    size_t batch_size;  /* over all ranks */
    size_t accumulation;
    size_t epochs; /* that will be run at most */
    const mpb_run_cluster *sums;
    mpb_run_optimizer optimizer;
    mpb_gemm_choice products;
    int threads;
    int checkpointed_layers;
} step_rig_options;

typedef struct step_rig {
    step_rig_options options;
    mpb_dataset dataset; /* owned */
    mpb_team team;
    mpb_plan *plan;
    mpb_model *model;
    mpb_updater *updater;
    mpb_reduction *reduction;
    mpb_publisher *publisher;
    mpb_stepper stepper;
} step_rig;

static inline void step_rig_make_plan(step_rig *rig)
{
    const mpb_comm *comm = rig->stepper.comm;
    const mpb_plan_options options = {.num_examples = rig->dataset.num_sequences,
                                      .data = &rig->dataset,
                                      .batch_size = rig->options.batch_size,
                                      .accumulation = rig->options.accumulation,
                                      .hidden_size = rig->options.config->hidden_size,
                                      .rank = mpb_comm_rank(comm),
                                      .size = mpb_comm_size(comm)};

    CHECK_OK(mpb_plan_create(&options, &rig->plan));
    rig->stepper.plan = rig->plan;
}

/* With the optimizer shared out, as the run's configuration says. */
static inline void step_rig_make_optimizer(step_rig *rig)
{
    const mpb_updater_options options = {.optimizer = rig->options.optimizer,
                                         .beta1 = 0.9f,
                                         .beta2 = 0.999f,
                                         .epsilon = 1e-8f,
                                         .weight_decay = (float)STEP_RIG_DECAY,
                                         .layer_lr_decay = 1.0f};
    const mpb_run_cluster *sums = rig->options.sums;
    const mpb_parameters *parameters = mpb_model_parameters(rig->model);
    float *weights = mpb_model_weights(rig->model);
    const mpb_comm *comm = rig->stepper.comm;
    const bool shared = sums->shard_optimizer == MPB_RUN_SHARDING_TRUE;
    const int owners = shared ? mpb_comm_size(comm) : 1;
    const mpb_share share = mpb_share_of(parameters, shared ? mpb_comm_rank(comm) : 0, owners);

    CHECK_OK(mpb_updater_create(&options, parameters, &share,
                                rig->options.config->num_hidden_layers, weights, &rig->team,
                                mpb_isa_best(), &rig->updater));
    CHECK_OK(mpb_gradient_sums_create(comm, sums, parameters->size, owners, &rig->team,
                                      mpb_isa_best(), &rig->reduction));
    CHECK_OK(mpb_publisher_create(comm, &share, weights, sums->overlap ? rig->reduction : NULL,
                                  &rig->publisher));
    rig->stepper.updater = rig->updater;
    rig->stepper.reduction = rig->reduction;
    rig->stepper.publisher = rig->publisher;
}

static inline void step_rig_make_model(step_rig *rig)
{
    const step_rig_options *o = &rig->options;
    mpb_model_limits limits = {.max_length = (size_t)o->config->max_position_embeddings,
                               .training = true,
                               .checkpointed_layers = o->checkpointed_layers};

    mpb_plan_limits(rig->plan, o->epochs, &limits.max_tokens, &limits.max_sequences);
    CHECK_OK(
        mpb_model_create(o->config, &limits, &rig->team, mpb_isa_best(), o->products, &rig->model));
    small_model_initialise(rig->model, 0.05f);
    rig->stepper.model = rig->model;
    step_rig_make_optimizer(rig);
    CHECK_OK(mpb_stepper_prepare(&rig->stepper, limits.max_tokens, limits.max_sequences));
}

/* `dataset` becomes the rig's. */
static inline void step_rig_begin(const mpb_comm *comm, const step_rig_options *options,
                                  const mpb_dataset *dataset, step_rig *rig)
{
    *rig = (step_rig){.options = *options, .dataset = *dataset};
    CHECK_OK(mpb_team_begin(options->threads, NULL, 0, &rig->team));
    rig->stepper = (mpb_stepper){.comm = comm,
                                 .dataset = &rig->dataset,
                                 .task = mpb_task_find(options->task),
                                 .loss = {.nn = mpb_nn_for(mpb_isa_best()),
                                          .num_labels = options->config->num_labels,
                                          .draw = options->draw}};
    step_rig_make_plan(rig);
    step_rig_make_model(rig);
}

static inline void step_rig_end(step_rig *rig)
{
    mpb_stepper_clear(&rig->stepper);
    mpb_gradient_sums_destroy(&rig->team, &rig->reduction);
    mpb_publisher_destroy(&rig->publisher);
    mpb_updater_destroy(&rig->updater);
    mpb_model_destroy(&rig->model);
    mpb_team_end(&rig->team);
    mpb_plan_destroy(&rig->plan);
    mpb_dataset_clear(&rig->dataset);
}
