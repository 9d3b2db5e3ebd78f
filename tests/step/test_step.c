/* A step over the ranks: sums that go on meanwhile give what those after it give, and whose loss is
 * not finite is named, whichever rank computed it. */

#include <time.h>

#include "check.h"
#include "mpibert/math/blas.h"
#include "step_rig.h"

enum { SEQUENCES = 12, VOCABULARY = 61, LENGTH = 6, LABELS = 3, NAN_WORD = VOCABULARY - 1 };

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

/* All sequences are one step, of `accumulation` micro-batches. */
static void begin(const mpb_comm *comm, unsigned bad, size_t accumulation,
                  const mpb_run_cluster *sums, const mpb_model_config *config,
                  mpb_run_optimizer optimizer, step_rig *rig)
{
    const step_rig_options options = {.config = config,
                                      .task = MPB_TASK_CLASSIFICATION,
                                      .batch_size = SEQUENCES / accumulation,
                                      .accumulation = accumulation,
                                      .epochs = 1,
                                      .sums = sums,
                                      .optimizer = optimizer,
                                      .products = {MPB_GEMM_OWN, MPB_GEMM_F32},
                                      .threads = 1};
    mpb_dataset dataset;

    make_data(bad, &dataset);
    step_rig_begin(comm, &options, &dataset, rig);
    if (bad != 0) { /* the word table comes first */
        mpb_model_weights(rig->model)[NAN_WORD * config->hidden_size] = NAN;
    }
}

static mpb_status run_step(const mpb_comm *comm, unsigned bad)
{
    mpb_step_report report;
    mpb_status status;
    step_rig rig;

    begin(comm, bad, 1, &SUMS, &CONFIG, MPB_RUN_ADAMW, &rig);
    status = mpb_stepper_run(&rig.stepper, 1, 0, 0, 1e-3, &report);
    step_rig_end(&rig);
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

/* One label a word, of which there is none. */
static void make_data_without_words(mpb_dataset *dataset)
{
    const uint32_t tokens[LENGTH] = {1, 2, 3, 4, 5, 6};
    int32_t labels[LENGTH];

    for (int t = 0; t < LENGTH; t++) {
        labels[t] = MPB_NO_LABEL;
    }
    *dataset = (mpb_dataset){.shape = {.token_labels = true}};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = tokens,
                                                          .count = LENGTH,
                                                          .segment_b = LENGTH,
                                                          .document = s,
                                                          .token_labels = labels,
                                                          .id = "s"}));
    }
}

/* Of weights that one step at this rate left without a gradient, decay is all that shows. */
static void check_decayed_only(const step_rig *rig, const float *before, double rate)
{
    const mpb_parameters *parameters = mpb_model_parameters(rig->model);
    const float *after = mpb_model_weights(rig->model);

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *parameter = &parameters->items[i];
        const double kept = parameter->decay ? 1.0 - rate * STEP_RIG_DECAY : 1.0;

        for (size_t j = parameter->offset; j < parameter->offset + parameter->count; j++) {
            /* two roundings of floats */
            CHECK_NEAR((double)after[j], kept * (double)before[j],
                       fabs((double)before[j]) * 0x1p-22);
        }
    }
}

/* Its weights add up to 0, by which nothing is divided. */
static void a_step_with_nothing_to_predict_has_a_loss_of_0(const mpb_comm *comm)
{
    mpb_model_config config = CONFIG;
    const step_rig_options options = {.config = &config,
                                      .task = MPB_TASK_TOKEN,
                                      .batch_size = SEQUENCES,
                                      .accumulation = 1,
                                      .epochs = 1,
                                      .sums = &SUMS,
                                      .products = {MPB_GEMM_OWN, MPB_GEMM_F32},
                                      .threads = 1};
    const double rate = 0.1;
    mpb_step_report report;
    mpb_dataset dataset;
    float *before;
    size_t size;
    step_rig rig;

    config.head = MPB_HEAD_TOKENS;
    make_data_without_words(&dataset);
    step_rig_begin(comm, &options, &dataset, &rig);
    size = mpb_model_parameters(rig.model)->size;
    before = malloc(size * sizeof(*before));
    CHECK(before != NULL);
    memcpy(before, mpb_model_weights(rig.model), size * sizeof(*before));
    CHECK_OK(mpb_stepper_run(&rig.stepper, 1, 0, 0, rate, &report));
    CHECK(report.loss == 0.0 && report.gradient_norm == 0.0);
    mpb_updater_catch_up(rig.updater);
    check_decayed_only(&rig, before, rate);
    free(before);
    step_rig_end(&rig);
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
    step_rig rig;

    begin(comm, 0, accumulation, sums, config, optimizer, &rig);
    rig.team.errand = (mpb_errand){let_sums_go_on, rig.reduction};
    for (int64_t step = 1; step <= STEPS; step++) {
        CHECK_OK(mpb_stepper_run(&rig.stepper, step, (size_t)step - 1, 0, 1e-3,
                                 &reports[step == 1 ? 0 : 1]));
    }
    mpb_updater_catch_up(rig.updater);
    CHECK_OK(mpb_publisher_all_words(rig.publisher));
    *size = mpb_model_parameters(rig.model)->size;
    weights = malloc(*size * sizeof(*weights));
    CHECK(weights != NULL);
    memcpy(weights, mpb_model_weights(rig.model), *size * sizeof(*weights));
    step_rig_end(&rig);
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
    a_step_with_nothing_to_predict_has_a_loss_of_0(comm);
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
