/* A training step takes no memory: what it needs was made before. The linker leads every call of
 * this program and its modules for memory through the counters below. */

#include <sys/mman.h>

#include "check.h"
#include "mpibert/math/blas.h"
#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/step.h"
#include "small_model.h"

enum { SEQUENCES = 22, VOCABULARY = 61, LONGEST = 40, LABELS = 3, EPOCHS = 3 };

static long num_calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);

static void count_call(void)
{
    __atomic_add_fetch(&num_calls, 1, __ATOMIC_RELAXED);
}

void *__wrap_malloc(size_t size)
{
    count_call();
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    count_call();
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    count_call();
    return __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    count_call();
    return __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    count_call();
    return __real_strdup(text);
}

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    count_call();
    return __real_mmap(address, size, protection, flags, file, offset);
}

/* Everything that steps need. */
typedef struct rig {
    mpb_dataset dataset;
    mpb_team team;
    mpb_plan *plan;
    mpb_model *model;
    mpb_updater *updater;
    mpb_reduction *reduction;
    mpb_stepper stepper;
} rig;

static const mpb_model_config CONFIG = {
    SMALL_BERT(VOCABULARY, LONGEST, LABELS),
    .hidden_size = 32,
    .num_hidden_layers = 3,
    .num_attention_heads = 4,
    .intermediate_size = 128,
    .hidden_dropout = 0.1f,
    .attention_dropout = 0.1f,
};

static const mpb_run_cluster SUMS = {.overlap = true};

static void make_data(mpb_dataset *dataset)
{
    *dataset = (mpb_dataset){.shape = {.labels = true}};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        uint32_t tokens[LONGEST];
        const size_t count = 1 + 7 * s % LONGEST;

        for (unsigned i = 0; i < count; i++) {
            tokens[i] = (uint32_t)((test_value(s, i) + 1.0f) * VOCABULARY / 2.0f);
        }
        small_dataset_add(dataset, s, tokens, count, (int32_t)(s % LABELS));
    }
}

static void make_plan(rig *r)
{
    const mpb_plan_options options = {.num_examples = SEQUENCES,
                                      .offsets = r->dataset.offsets,
                                      .batch_size = 5,
                                      .accumulation = 2,
                                      .hidden_size = CONFIG.hidden_size,
                                      .size = 1};

    CHECK_OK(mpb_plan_create(&options, &r->plan));
}

static void make_model(rig *r, mpb_gemm_choice products, int checkpointed_layers)
{
    const mpb_updater_options options = {
        .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .layer_lr_decay = 1.0f};
    mpb_model_limits limits = {
        .max_length = LONGEST, .training = true, .checkpointed_layers = checkpointed_layers};
    const mpb_parameters *parameters;
    mpb_share share;

    mpb_plan_limits(r->plan, EPOCHS, &limits.max_tokens, &limits.max_sequences);
    CHECK_OK(mpb_model_create(&CONFIG, &limits, &r->team, mpb_isa_best(), products, &r->model));
    parameters = mpb_model_parameters(r->model);
    small_model_initialise(r->model, 0.05f);
    share = mpb_share_of(parameters, 0, 1);
    CHECK_OK(mpb_updater_create(&options, parameters, &share, CONFIG.num_hidden_layers,
                                mpb_model_weights(r->model), &r->team, mpb_isa_best(),
                                &r->updater));
    r->stepper.model = r->model;
    CHECK_OK(mpb_gradient_sums_create(r->stepper.comm, &SUMS, parameters->size, 1, &r->team,
                                      mpb_isa_best(), &r->reduction));
    r->stepper.updater = r->updater;
    r->stepper.reduction = r->reduction;
    CHECK_OK(mpb_stepper_prepare(&r->stepper, limits.max_tokens, limits.max_sequences));
}

static void rig_begin(const mpb_comm *comm, mpb_gemm_choice products, int threads,
                      int checkpointed_layers, rig *r)
{
    *r = (rig){0};
    make_data(&r->dataset);
    make_plan(r);
    CHECK_OK(mpb_team_begin(threads, NULL, 0, &r->team));
    r->stepper = (mpb_stepper){.comm = comm,
                               .dataset = &r->dataset,
                               .task = mpb_task_find(MPB_TASK_CLASSIFICATION),
                               .loss = {.nn = mpb_nn_for(mpb_isa_best()), .num_labels = LABELS},
                               .plan = r->plan};
    make_model(r, products, checkpointed_layers);
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
}

/* Over the ends of epochs, whose last batches are smaller. */
static void steps_take_no_memory(const mpb_comm *comm, mpb_gemm_choice products, int threads,
                                 int checkpointed_layers)
{
    int64_t step = 0;
    long before;
    rig r;

    rig_begin(comm, products, threads, checkpointed_layers, &r);
    before = num_calls;
    CHECK(before > 0); /* the counters count */
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t i = 0; i < mpb_plan_steps_per_epoch(r.plan); i++) {
            mpb_step_report report;

            CHECK_OK(mpb_stepper_run(&r.stepper, ++step, epoch, i, 1e-3, &report));
            CHECK(isfinite(report.loss));
        }
    }
    CHECK(step > 6);
    CHECK(num_calls == before);
    rig_end(&r);
}

int main(int argc, char **argv)
{
    const mpb_gemm_choice own = {MPB_GEMM_OWN, MPB_GEMM_F32};
    const mpb_gemm_choice own_bf16 = {MPB_GEMM_OWN, MPB_GEMM_BF16};
    const mpb_gemm_choice blas = {MPB_GEMM_BLAS, MPB_GEMM_F32};
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    steps_take_no_memory(comm, own, 1, 0);
    steps_take_no_memory(comm, own, 3, CONFIG.num_hidden_layers - 1);
    steps_take_no_memory(comm, own_bf16, 2, 0);
    steps_take_no_memory(comm, blas, 2, 1);
    mpb_comm_stop(&comm);
    return 0;
}
