/* The loss of a step's outputs, which the threads of a rank share out: their number changes no bit,
 * and an example whose rows come in several parts is named once. */

#include "mpibert/math/blas.h"
#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/step.h"
#include "small_model.h"
#include "tiny_vocabulary.h"

enum { SEQUENCES = 5, LONGEST = 90, LABELS = 3, STEPS = 2 };

static const mpb_model_config CONFIG = {
    SMALL_BERT(TINY_SIZE, LONGEST, LABELS),
    .hidden_size = 16,
    .num_hidden_layers = 1,
    .num_attention_heads = 2,
    .intermediate_size = 32,
};

/* Everything that steps of one rank need. */
typedef struct rig {
    mpb_model_config config;
    mpb_tokenizer *tokenizer;
    mpb_masking *masking;
    mpb_dataset dataset;
    mpb_team team;
    mpb_plan *plan;
    mpb_model *model;
    mpb_updater *updater;
    mpb_reduction *reduction;
    mpb_stepper stepper;
} rig;

/* Sequences of very different lengths, each labelled in every way. */
static void add_sequence(rig *r, unsigned s)
{
    const unsigned length = LONGEST - 17 * s;
    uint32_t tokens[LONGEST];
    int32_t labels[LONGEST];
    char id[16];

    for (unsigned i = 0; i < length; i++) {
        tokens[i] = TINY_W0 + (7 * i + s) % TINY_NUM_WORDS;
        labels[i] = i % 4 == 0 ? MPB_NO_LABEL : (int32_t)((i + s) % LABELS);
    }
    tokens[0] = TINY_CLS;
    tokens[length - 1] = TINY_SEP;
    snprintf(id, sizeof(id), "s%u", s);
    CHECK_OK(mpb_dataset_add(&r->dataset, &(mpb_sequence){.tokens = tokens,
                                                          .count = length,
                                                          .segment_b = length,
                                                          .document = s / 2,
                                                          .chunk = s % 2,
                                                          .label = (int32_t)(s % 2),
                                                          .token_labels = labels,
                                                          .answer_start = 3,
                                                          .answer_end = 5,
                                                          .id = id}));
}

static void make_data(rig *r)
{
    const mpb_masking_options often = {0.5, false, 7};

    tiny_tokenizer(&r->tokenizer);
    CHECK_OK(mpb_masking_create(r->tokenizer, &often, &r->masking));
    r->dataset.shape = (mpb_dataset_shape){.labels = true, .token_labels = true, .answers = true};
    for (int k = 0; k < LABELS; k++) {
        CHECK_OK(mpb_strings_add(&r->dataset.label_names, &"NOV"[k], 1));
    }
    for (unsigned s = 0; s < SEQUENCES; s++) {
        add_sequence(r, s);
    }
}

static void make_model(const mpb_comm *comm, rig *r)
{
    const mpb_updater_options options = {
        .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .layer_lr_decay = 1.0f};
    const mpb_run_cluster sums = {.overlap = true};
    const mpb_gemm_choice products = {MPB_GEMM_OWN, MPB_GEMM_F32};
    mpb_model_limits limits = {.max_length = LONGEST, .training = true};
    const mpb_parameters *parameters;
    mpb_share share;

    mpb_plan_limits(r->plan, 1, &limits.max_tokens, &limits.max_sequences);
    CHECK_OK(mpb_model_create(&r->config, &limits, &r->team, mpb_isa_best(), products, &r->model));
    small_model_initialise(r->model, 0.05f);
    parameters = mpb_model_parameters(r->model);
    share = mpb_share_of(parameters, 0, 1);
    CHECK_OK(mpb_updater_create(&options, parameters, &share, r->config.num_hidden_layers,
                                mpb_model_weights(r->model), &r->team, mpb_isa_best(),
                                &r->updater));
    CHECK_OK(mpb_gradient_sums_create(comm, &sums, parameters->size, 1, &r->team, mpb_isa_best(),
                                      &r->reduction));
    r->stepper.model = r->model;
    r->stepper.updater = r->updater;
    r->stepper.reduction = r->reduction;
    CHECK_OK(mpb_stepper_prepare(&r->stepper, limits.max_tokens, limits.max_sequences));
}

static void rig_begin(const mpb_comm *comm, mpb_task task, int threads, rig *r)
{
    *r = (rig){.config = CONFIG};
    make_data(r);
    r->stepper = (mpb_stepper){.comm = comm,
                               .dataset = &r->dataset,
                               .task = mpb_task_find(task),
                               .loss = {.nn = mpb_nn_for(mpb_isa_best()),
                                        .num_labels = LABELS,
                                        .draw = {.masking = r->masking}}};
    r->config.head = r->stepper.task->head;
    CHECK_OK(mpb_plan_create(&(mpb_plan_options){.num_examples = SEQUENCES,
                                                 .data = &r->dataset,
                                                 .batch_size = SEQUENCES,
                                                 .accumulation = 1,
                                                 .hidden_size = CONFIG.hidden_size,
                                                 .size = 1},
                             &r->plan));
    r->stepper.plan = r->plan;
    CHECK_OK(mpb_team_begin(threads, NULL, 0, &r->team));
    make_model(comm, r);
}

static void rig_end(rig *r)
{
    mpb_stepper_clear(&r->stepper);
    mpb_gradient_sums_destroy(&r->team, &r->reduction);
    mpb_updater_destroy(&r->updater);
    mpb_model_destroy(&r->model);
    mpb_team_end(&r->team);
    mpb_plan_destroy(&r->plan);
    mpb_dataset_clear(&r->dataset);
    mpb_masking_destroy(&r->masking);
    mpb_tokenizer_destroy(&r->tokenizer);
}

/* weights (size) after some steps, and what the last one reports. */
static float *weights_of(const mpb_comm *comm, mpb_task task, int threads, size_t *size,
                         mpb_step_report *report)
{
    float *weights;
    rig r;

    rig_begin(comm, task, threads, &r);
    for (int64_t step = 1; step <= STEPS; step++) {
        CHECK_OK(mpb_stepper_run(&r.stepper, step, (size_t)step - 1, 0, 1e-3, report));
    }
    mpb_updater_catch_up(r.updater);
    *size = mpb_model_parameters(r.model)->size;
    weights = malloc(*size * sizeof(*weights));
    CHECK(weights != NULL);
    memcpy(weights, mpb_model_weights(r.model), *size * sizeof(*weights));
    rig_end(&r);
    return weights;
}

static void the_number_of_threads_changes_no_bit(const mpb_comm *comm, mpb_task task)
{
    mpb_step_report want;
    size_t size;
    float *weights = weights_of(comm, task, 1, &size, &want);

    CHECK(isfinite(want.loss) && want.loss > 0.0);
    for (int threads = 2; threads <= 4; threads++) {
        mpb_step_report got;
        float *other = weights_of(comm, task, threads, &size, &got);

        CHECK(got.loss == want.loss && got.gradient_norm == want.gradient_norm);
        CHECK(memcmp(got.sums, want.sums, sizeof(got.sums)) == 0);
        CHECK(memcmp(other, weights, size * sizeof(*weights)) == 0);
        free(other);
    }
    free(weights);
}

/* More than 8 rows of the first sequence are masked, so that it comes in parts. */
static void an_example_in_several_parts_is_named_once(const mpb_comm *comm)
{
    mpb_step_report report;
    rig r;

    rig_begin(comm, MPB_TASK_MLM, 2, &r);
    CHECK(mpb_masking_count(r.masking, 0, 0, LONGEST, r.dataset.tokens) > 16);
    mpb_model_weights(r.model)[TINY_W0 * CONFIG.hidden_size] = NAN;
    CHECK_FAILS(mpb_stepper_run(&r.stepper, 1, 0, 0, 1e-3, &report), MPB_ERR_DIVERGED,
                "at step 1: examples s");
    for (unsigned s = 0; s < SEQUENCES; s++) {
        const char name[] = {'s', (char)('0' + s), '\0'};
        const char *first = strstr(mpb_status_last(), name);

        CHECK(first != NULL && strstr(first + 1, name) == NULL);
    }
    CHECK(strstr(mpb_status_last(), "more") == NULL);
    rig_end(&r);
}

int main(int argc, char **argv)
{
    static const mpb_task tasks[] = {MPB_TASK_CLASSIFICATION, MPB_TASK_TOKEN, MPB_TASK_QA,
                                     MPB_TASK_MLM, MPB_TASK_PRETRAINING};
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
        the_number_of_threads_changes_no_bit(comm, tasks[i]);
    }
    an_example_in_several_parts_is_named_once(comm);
    mpb_comm_stop(&comm);
    return 0;
}
