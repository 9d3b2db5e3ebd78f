/* A step over the ranks: sums that go on meanwhile give what those after it give, and whose loss is
 * not finite is named, whichever rank computed it. */

#include <time.h>

#include "check.h"
#include "mpibert/math/blas.h"
#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/step.h"
#include "small_model.h"

enum { SEQUENCES = 12, VOCABULARY = 61, LENGTH = 6, LABELS = 3, NAN_WORD = VOCABULARY - 1 };

/* Everything that steps need. */
typedef struct rig {
    mpb_dataset dataset;
    mpb_team team;
    mpb_plan *plan;
    mpb_model *model;
    mpb_updater *updater;
    mpb_reduction *reduction;
    mpb_publisher *publisher;
    mpb_stepper stepper;
    const mpb_model_config *config;
    mpb_run_optimizer optimizer;
} rig;

static const mpb_model_config CONFIG = {
    SMALL_BERT(VOCABULARY, LENGTH, LABELS),
    .hidden_size = 16,
    .num_hidden_layers = 1,
    .num_attention_heads = 2,
    .intermediate_size = 32,
};

/* Of several pieces of MPB_SHARE_PIECE. */
static const mpb_model_config LARGE = {
    SMALL_BERT(VOCABULARY, LENGTH, LABELS),
    .hidden_size = 64,
    .num_hidden_layers = 2,
    .num_attention_heads = 2,
    .intermediate_size = 5000,
};

static const mpb_run_cluster SUMS = {.overlap = true};
static const mpb_run_cluster PLAIN_SUMS = {.overlap = false};

/* Sequences "s0", "s1", ...; of those in the mask `bad`, the last word is NAN_WORD. */
static void make_data(unsigned bad, mpb_dataset *dataset)
{
    *dataset = (mpb_dataset){.shape = {.labels = true}};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        uint32_t tokens[LENGTH];

        for (unsigned i = 0; i < LENGTH; i++) {
            tokens[i] = (uint32_t)((test_value(s, i) + 1.0f) * NAN_WORD / 2.0f);
        }
        if (bad >> s & 1u) {
            tokens[LENGTH - 1] = NAN_WORD;
        }
        small_dataset_add(dataset, s, tokens, LENGTH, (int32_t)(s % LABELS));
    }
}

/* With the optimizer shared out, as the run's configuration says. */
static void make_optimizer(rig *r, const mpb_run_cluster *sums)
{
    const mpb_updater_options options = {.optimizer = r->optimizer,
                                         .beta1 = 0.9f,
                                         .beta2 = 0.999f,
                                         .epsilon = 1e-8f,
                                         .weight_decay = 0.01f,
                                         .layer_lr_decay = 1.0f};
    const mpb_parameters *parameters = mpb_model_parameters(r->model);
    float *weights = mpb_model_weights(r->model);
    const mpb_comm *comm = r->stepper.comm;
    const bool shared = sums->shard_optimizer == MPB_RUN_SHARDING_TRUE;
    const int owners = shared ? mpb_comm_size(comm) : 1;
    const mpb_share share = mpb_share_of(parameters, shared ? mpb_comm_rank(comm) : 0, owners);

    CHECK_OK(mpb_updater_create(&options, parameters, &share, r->config->num_hidden_layers, weights,
                                &r->team, mpb_isa_best(), &r->updater));
    CHECK_OK(mpb_gradient_sums_create(comm, sums, parameters->size, owners, &r->team,
                                      mpb_isa_best(), &r->reduction));
    CHECK_OK(mpb_publisher_create(comm, &share, weights, sums->overlap ? r->reduction : NULL,
                                  &r->publisher));
    r->stepper.updater = r->updater;
    r->stepper.reduction = r->reduction;
    r->stepper.publisher = r->publisher;
}

static void make_model(rig *r, unsigned bad, const mpb_run_cluster *sums)
{
    const mpb_gemm_choice products = {MPB_GEMM_OWN, MPB_GEMM_F32};
    mpb_model_limits limits = {.max_length = LENGTH, .training = true};

    mpb_plan_limits(r->plan, 1, &limits.max_tokens, &limits.max_sequences);
    CHECK_OK(mpb_model_create(r->config, &limits, &r->team, mpb_isa_best(), products, &r->model));
    small_model_initialise(r->model, 0.05f);
    if (bad != 0) { /* the word table comes first */
        mpb_model_weights(r->model)[NAN_WORD * r->config->hidden_size] = NAN;
    }
    r->stepper.model = r->model;
    make_optimizer(r, sums);
    CHECK_OK(mpb_stepper_prepare(&r->stepper, limits.max_tokens, limits.max_sequences));
}

/* All sequences are one step, of `accumulation` micro-batches. */
static void rig_begin(const mpb_comm *comm, unsigned bad, size_t accumulation,
                      const mpb_run_cluster *sums, const mpb_model_config *config,
                      mpb_run_optimizer optimizer, rig *r)
{
    *r = (rig){.config = config, .optimizer = optimizer};
    make_data(bad, &r->dataset);
    CHECK_OK(mpb_plan_create(&(mpb_plan_options){.num_examples = SEQUENCES,
                                                 .offsets = r->dataset.offsets,
                                                 .batch_size = SEQUENCES / accumulation,
                                                 .accumulation = accumulation,
                                                 .hidden_size = r->config->hidden_size,
                                                 .rank = mpb_comm_rank(comm),
                                                 .size = mpb_comm_size(comm)},
                             &r->plan));
    CHECK_OK(mpb_team_begin(1, NULL, 0, &r->team));
    r->stepper = (mpb_stepper){.comm = comm,
                               .dataset = &r->dataset,
                               .task = mpb_task_find(MPB_TASK_CLASSIFICATION),
                               .loss = {.nn = mpb_nn_for(mpb_isa_best()), .num_labels = LABELS},
                               .plan = r->plan};
    make_model(r, bad, sums);
}

static void rig_end(rig *r)
{
    mpb_stepper_clear(&r->stepper);
    mpb_gradient_sums_destroy(&r->team, &r->reduction);
    mpb_publisher_destroy(&r->publisher);
    mpb_updater_destroy(&r->updater);
    mpb_model_destroy(&r->model);
    mpb_team_end(&r->team);
    mpb_plan_destroy(&r->plan);
    mpb_dataset_clear(&r->dataset);
}

static mpb_status run_step(const mpb_comm *comm, unsigned bad)
{
    mpb_step_report report;
    mpb_status status;
    rig r;

    rig_begin(comm, bad, 1, &SUMS, &CONFIG, MPB_RUN_ADAMW, &r);
    status = mpb_stepper_run(&r.stepper, 1, 0, 0, 1e-3, &report);
    rig_end(&r);
    return status;
}

static void steps_of_finite_examples_succeed(const mpb_comm *comm)
{
    CHECK_OK(run_step(comm, 0));
}

static void all_ranks_name_the_one_bad_example_of_any_rank(const mpb_comm *comm)
{
    for (unsigned s = 0; s < SEQUENCES; s++) {
        char named[32];

        snprintf(named, sizeof(named), "at step 1: examples s%u;", s);
        CHECK_FAILS(run_step(comm, 1u << s), MPB_ERR_DIVERGED, named);
    }
}

static void the_bad_examples_of_different_ranks_are_put_together(const mpb_comm *comm)
{
    for (unsigned s = 1; s < SEQUENCES; s++) {
        char named[32];

        CHECK_STATUS(run_step(comm, 1u | 1u << s), MPB_ERR_DIVERGED);
        CHECK(strstr(mpb_status_last(), "s0") != NULL);
        snprintf(named, sizeof(named), "s%u", s);
        CHECK(strstr(mpb_status_last(), named) != NULL);
    }
}

static void what_exceeds_eight_bad_examples_is_counted(const mpb_comm *comm)
{
    CHECK_FAILS(run_step(comm, (1u << SEQUENCES) - 1), MPB_ERR_DIVERGED, " and 4 more;");
}

/* Between all tasks of a model so small that none takes as long as sums wait between two looks. */
static void let_sums_go_on(void *context)
{
    nanosleep(&(struct timespec){.tv_nsec = 250000}, NULL);
    mpb_reduction_poll(context);
}

/* weights (size) after a few steps, of which the first two reports are kept. */
static float *weights_after_steps(const mpb_comm *comm, size_t accumulation,
                                  const mpb_run_cluster *sums, const mpb_model_config *config,
                                  mpb_run_optimizer optimizer, size_t *size,
                                  mpb_step_report reports[2])
{
    enum { STEPS = 4 };
    float *weights;
    rig r;

    rig_begin(comm, 0, accumulation, sums, config, optimizer, &r);
    r.team.errand = (mpb_errand){let_sums_go_on, r.reduction};
    for (int64_t step = 1; step <= STEPS; step++) {
        CHECK_OK(mpb_stepper_run(&r.stepper, step, (size_t)step - 1, 0, 1e-3,
                                 &reports[step == 1 ? 0 : 1]));
    }
    mpb_updater_catch_up(r.updater);
    CHECK_OK(mpb_publisher_all_words(r.publisher));
    *size = mpb_model_parameters(r.model)->size;
    weights = malloc(*size * sizeof(*weights));
    CHECK(weights != NULL);
    memcpy(weights, mpb_model_weights(r.model), *size * sizeof(*weights));
    rig_end(&r);
    return weights;
}

static void check_equal_on_all_ranks(const mpb_comm *comm, const float *weights, size_t size)
{
    float *first = malloc(size * sizeof(*first));

    CHECK(first != NULL);
    memcpy(first, weights, size * sizeof(*first));
    CHECK_OK(mpb_comm_broadcast(comm, first, size * sizeof(*first)));
    CHECK(memcmp(first, weights, size * sizeof(*first)) == 0);
    free(first);
}

/* With accumulation, what went out before the last micro-batch would lack the others' gradients.
 *
 * Adam divides a gradient by its own size, so where rounding (2^-24 of gradients around 1)
 * decides about a gradient's sign its weight may move by the rate either way, in each of four
 * steps; the norm and the loss feel nothing of it. */
static void sums_meanwhile_give_what_sums_afterwards_give(const mpb_comm *comm, size_t accumulation)
{
    mpb_step_report meanwhile[2];
    mpb_step_report afterwards[2];
    size_t size;
    float *got =
        weights_after_steps(comm, accumulation, &SUMS, &CONFIG, MPB_RUN_ADAMW, &size, meanwhile);
    float *want = weights_after_steps(comm, accumulation, &PLAIN_SUMS, &CONFIG, MPB_RUN_ADAMW,
                                      &size, afterwards);
    size_t different = 0;

    for (size_t i = 0; i < size; i++) {
        if (!isnan(want[i]) || !isnan(got[i])) {
            CHECK_NEAR((double)got[i], (double)want[i], 8e-3);
            different += fabs((double)got[i] - (double)want[i]) > 1e-5;
        }
    }
    CHECK(different <= size / 100);
    for (int i = 0; i < 2; i++) {
        CHECK_NEAR(meanwhile[i].loss, afterwards[i].loss, 1e-5);
        CHECK_NEAR(meanwhile[i].gradient_norm, afterwards[i].gradient_norm,
                   1e-4 * afterwards[i].gradient_norm);
    }
    check_equal_on_all_ranks(comm, got, size);
    free(got);
    free(want);
}

/* Sums stay with owners, or go to all where they are made afterwards. */
static void shared_optimizers_give_the_same_bits(const mpb_comm *comm,
                                                 const mpb_model_config *config,
                                                 mpb_run_optimizer optimizer, size_t accumulation,
                                                 bool overlap)
{
    const mpb_run_cluster shared = {.overlap = overlap, .shard_optimizer = MPB_RUN_SHARDING_TRUE};
    mpb_step_report got_reports[2];
    mpb_step_report want_reports[2];
    size_t size;
    float *got =
        weights_after_steps(comm, accumulation, &shared, config, optimizer, &size, got_reports);
    float *want = weights_after_steps(comm, accumulation, overlap ? &SUMS : &PLAIN_SUMS, config,
                                      optimizer, &size, want_reports);

    CHECK(memcmp(got, want, size * sizeof(*got)) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(got_reports[i].loss == want_reports[i].loss);
        /* squares in doubles, in another order */
        CHECK_NEAR(got_reports[i].gradient_norm, want_reports[i].gradient_norm,
                   1e-12 * want_reports[i].gradient_norm);
    }
    free(got);
    free(want);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    steps_of_finite_examples_succeed(comm);
    all_ranks_name_the_one_bad_example_of_any_rank(comm);
    the_bad_examples_of_different_ranks_are_put_together(comm);
    sums_meanwhile_give_what_sums_afterwards_give(comm, 1);
    sums_meanwhile_give_what_sums_afterwards_give(comm, 3);
    for (int optimizer = MPB_RUN_ADAMW; optimizer <= MPB_RUN_LAMB; optimizer++) {
        shared_optimizers_give_the_same_bits(comm, &LARGE, (mpb_run_optimizer)optimizer, 1, true);
        shared_optimizers_give_the_same_bits(comm, &CONFIG, (mpb_run_optimizer)optimizer, 3, true);
        shared_optimizers_give_the_same_bits(comm, &CONFIG, (mpb_run_optimizer)optimizer, 1, false);
    }
    what_exceeds_eight_bad_examples_is_counted(comm);
    mpb_comm_stop(&comm);
    return 0;
}
