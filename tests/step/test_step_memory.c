/* A training step takes no memory: what it needs was made before. The linker leads every call of
 * this program and its modules for memory through the counters below. */

#include <sys/mman.h>

#include "check.h"
#include "mpibert/math/blas.h"
#include "step_rig.h"

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

static void begin(const mpb_comm *comm, mpb_gemm_choice products, int threads,
                  int checkpointed_layers, step_rig *rig)
{
    const step_rig_options options = {.config = &CONFIG,
                                      .task = MPB_TASK_CLASSIFICATION,
                                      .batch_size = 5,
                                      .accumulation = 2,
                                      .epochs = EPOCHS,
                                      .sums = &SUMS,
                                      .products = products,
                                      .threads = threads,
                                      .checkpointed_layers = checkpointed_layers};
    mpb_dataset dataset;

    make_data(&dataset);
    step_rig_begin(comm, &options, &dataset, rig);
}

/* Over the ends of epochs, whose last batches are smaller. */
static void steps_take_no_memory(const mpb_comm *comm, mpb_gemm_choice products, int threads,
                                 int checkpointed_layers)
{
    int64_t step = 0;
    long before;
    step_rig rig;

    begin(comm, products, threads, checkpointed_layers, &rig);
    before = num_calls;
    CHECK(before > 0); /* the counters count */
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t i = 0; i < mpb_plan_steps_per_epoch(rig.plan); i++) {
            mpb_step_report report;

            CHECK_OK(mpb_stepper_run(&rig.stepper, ++step, epoch, i, 1e-3, &report));
            CHECK(isfinite(report.loss));
        }
    }
    CHECK(step > 6);
    CHECK(num_calls == before);
    step_rig_end(&rig);
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
