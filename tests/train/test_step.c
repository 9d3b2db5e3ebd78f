/* A step over the ranks: whose loss is not finite is named, whichever rank computed it. */

#include "check.h"
#include "mpibert/math/blas.h"
#include "mpibert/train/step.h"

enum { SEQUENCES = 12, VOCABULARY = 61, LENGTH = 6, LABELS = 3, NAN_WORD = VOCABULARY - 1 };

/* Everything that steps need. */
typedef struct rig {
    mpb_dataset dataset;
    mpb_team team;
    mpb_plan *plan;
    mpb_model *model;
    mpb_updater *updater;
    mpb_stepper stepper;
} rig;

static const mpb_model_config CONFIG = {
    .family = MPB_BERT,
    .vocab_size = VOCABULARY,
    .hidden_size = 16,
    .num_hidden_layers = 1,
    .num_attention_heads = 2,
    .intermediate_size = 32,
    .max_position_embeddings = LENGTH,
    .type_vocab_size = 2,
    .layer_norm_eps = 1e-12f,
    .initializer_range = 0.02f,
    .num_labels = LABELS,
};

/* Sequences "s0", "s1", ...; of those in the mask `bad`, the last word is NAN_WORD. */
static void make_data(unsigned bad, mpb_dataset *dataset)
{
    *dataset = (mpb_dataset){.shape = {.labels = true}};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        uint32_t tokens[LENGTH];
        char id[8];

        for (unsigned i = 0; i < LENGTH; i++) {
            tokens[i] = (uint32_t)((test_value(s, i) + 1.0f) * NAN_WORD / 2.0f);
        }
        if (bad >> s & 1u) {
            tokens[LENGTH - 1] = NAN_WORD;
        }
        snprintf(id, sizeof(id), "s%u", s);
        CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = tokens,
                                                          .count = LENGTH,
                                                          .segment_b = LENGTH,
                                                          .document = s,
                                                          .label = (int32_t)(s % LABELS),
                                                          .id = id}));
    }
}

static void make_model(rig *r)
{
    const mpb_updater_options options = {
        .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .layer_lr_decay = 1.0f};
    const mpb_gemm_choice products = {MPB_GEMM_OWN, MPB_GEMM_F32};
    mpb_model_limits limits = {.max_length = LENGTH, .training = true};
    const mpb_parameters *parameters;
    float *weights;

    mpb_plan_limits(r->plan, 1, &limits.max_tokens, &limits.max_sequences);
    CHECK_OK(mpb_model_create(&CONFIG, &limits, &r->team, mpb_isa_best(), products, &r->model));
    parameters = mpb_model_parameters(r->model);
    weights = mpb_model_weights(r->model);
    for (size_t i = 0; i < parameters->count; i++) {
        mpb_parameter_initialise(&parameters->items[i], i, 0.05f, 1,
                                 weights + parameters->items[i].offset);
    }
    weights[NAN_WORD * CONFIG.hidden_size] = NAN; /* the word table comes first */
    CHECK_OK(mpb_updater_create(&options, parameters, CONFIG.num_hidden_layers, weights, &r->team,
                                mpb_isa_best(), &r->updater));
    r->stepper.model = r->model;
    r->stepper.updater = r->updater;
    CHECK_OK(mpb_stepper_prepare(&r->stepper, limits.max_tokens, limits.max_sequences));
}

/* All sequences are one step. */
static void rig_begin(const mpb_comm *comm, unsigned bad, rig *r)
{
    *r = (rig){0};
    make_data(bad, &r->dataset);
    CHECK_OK(mpb_plan_create(&(mpb_plan_options){.num_sequences = SEQUENCES,
                                                 .offsets = r->dataset.offsets,
                                                 .batch_size = SEQUENCES,
                                                 .accumulation = 1,
                                                 .hidden_size = CONFIG.hidden_size,
                                                 .rank = mpb_comm_rank(comm),
                                                 .size = mpb_comm_size(comm)},
                             &r->plan));
    CHECK_OK(mpb_team_begin(1, NULL, 0, &r->team));
    r->stepper = (mpb_stepper){
        .comm = comm, .dataset = &r->dataset, .nn = mpb_nn_for(mpb_isa_best()), .plan = r->plan};
    make_model(r);
}

static void rig_end(rig *r)
{
    mpb_stepper_clear(&r->stepper);
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

    rig_begin(comm, bad, &r);
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

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    steps_of_finite_examples_succeed(comm);
    all_ranks_name_the_one_bad_example_of_any_rank(comm);
    the_bad_examples_of_different_ranks_are_put_together(comm);
    what_exceeds_eight_bad_examples_is_counted(comm);
    mpb_comm_stop(&comm);
    return 0;
}
