#include "mpibert/budget/memory_plan.h"

#include "check.h"

static const size_t PLENTY = (size_t)1 << 50;

static const mpb_model_config CONFIG = {
    .family = MPB_BERT,
    .vocab_size = 1000,
    .hidden_size = 64,
    .num_hidden_layers = 6,
    .num_attention_heads = 4,
    .intermediate_size = 256,
    .max_position_embeddings = 128,
    .type_vocab_size = 2,
    .num_labels = 3,
};

static const mpb_memory_job JOB = {
    .model = &CONFIG,
    .limits = {.max_tokens = 4096, .max_sequences = 64, .max_length = 64, .training = true},
    .threads = 2,
    .resident = 5000000,
    .data = 1000000,
    .buffers = 300000,
};

static mpb_memory_plan plan_of(mpb_run_checkpointing how, size_t granted)
{
    mpb_memory_plan plan;

    CHECK_OK(mpb_memory_plan_make(&JOB, how, granted, &plan));
    return plan;
}

static size_t bytes_of(mpb_run_checkpointing how, size_t granted)
{
    const mpb_memory_plan plan = plan_of(how, granted);

    return mpb_memory_plan_bytes(&plan);
}

static int layers_of(mpb_run_checkpointing how, size_t granted)
{
    return plan_of(how, granted).checkpointed_layers;
}

static void plan_holds_the_model_and_what_was_there_before(void)
{
    const mpb_memory_plan plan = plan_of(MPB_RUN_CHECKPOINTING_NONE, PLENTY);
    const mpb_model_limits *limits = &JOB.limits;
    mpb_model_sizes sizes;

    CHECK_OK(mpb_model_measure(&CONFIG, limits, JOB.threads, MPB_GEMM_F32, &sizes));
    /* Two moments as large as the weights, and a table that is small beside them. */
    CHECK(plan.parameters >= 4 * sizes.weights && plan.parameters < 5 * sizes.weights);
    CHECK(plan.activations == sizes.activations);
    CHECK(plan.scratch == sizes.scratch + JOB.buffers);
    CHECK(plan.data == 1000000 && plan.program == 4000000);
    CHECK(mpb_memory_plan_bytes(&plan) ==
          plan.parameters + plan.activations + plan.scratch + JOB.resident);
}

static void enough_memory_checkpoints_nothing(void)
{
    CHECK(layers_of(MPB_RUN_CHECKPOINTING_AUTO, PLENTY) == 0);
    CHECK(layers_of(MPB_RUN_CHECKPOINTING_AUTO, bytes_of(MPB_RUN_CHECKPOINTING_NONE, PLENTY)) == 0);
}

/* The limit at which k layers are needed lies just below what k - 1 layers take. */
static void each_limit_checkpoints_as_few_layers_as_it_takes(void)
{
    size_t bytes = bytes_of(MPB_RUN_CHECKPOINTING_NONE, PLENTY);

    for (int layers = 1; layers < CONFIG.num_hidden_layers; layers++) {
        const mpb_memory_plan plan = plan_of(MPB_RUN_CHECKPOINTING_AUTO, bytes - 1);

        CHECK(plan.checkpointed_layers == layers);
        CHECK(mpb_memory_plan_bytes(&plan) < bytes);
        bytes = mpb_memory_plan_bytes(&plan);
    }
    CHECK(bytes == bytes_of(MPB_RUN_CHECKPOINTING_ALL, PLENTY));
    CHECK(bytes_of(MPB_RUN_CHECKPOINTING_AUTO, bytes - 1) == bytes);
}

static void plan_follows_the_precision(void)
{
    mpb_memory_job narrow = JOB;
    mpb_memory_plan plan;
    mpb_model_sizes sizes;

    narrow.precision = MPB_GEMM_BF16;
    CHECK_OK(mpb_memory_plan_make(&narrow, MPB_RUN_CHECKPOINTING_NONE, PLENTY, &plan));
    CHECK_OK(mpb_model_measure(&CONFIG, &JOB.limits, JOB.threads, MPB_GEMM_BF16, &sizes));
    CHECK(plan.activations == sizes.activations);
    CHECK(mpb_memory_plan_bytes(&plan) < bytes_of(MPB_RUN_CHECKPOINTING_NONE, PLENTY));
}

static void none_and_all_ask_no_limit(void)
{
    CHECK(layers_of(MPB_RUN_CHECKPOINTING_NONE, 1) == 0);
    CHECK(layers_of(MPB_RUN_CHECKPOINTING_ALL, PLENTY) == CONFIG.num_hidden_layers - 1);
}

static void parts_are_told_with_their_units(void)
{
    const mpb_memory_plan plan = {.parameters = (size_t)3 << 29,
                                  .activations = (size_t)700 << 20,
                                  .scratch = 1 << 20,
                                  .data = 512,
                                  .program = (size_t)1 << 30};
    mpb_buffer text = {0};

    CHECK_OK(mpb_memory_plan_describe(&plan, &text));
    CHECK_TEXT(text.data, "weights, gradients and moments 1.5 GiB, activations 700.0 MiB, scratch "
                          "1.0 MiB, data 512 bytes, program 1.0 GiB");
    mpb_buffer_clear(&text);
}

int main(void)
{
    plan_holds_the_model_and_what_was_there_before();
    enough_memory_checkpoints_nothing();
    each_limit_checkpoints_as_few_layers_as_it_takes();
    plan_follows_the_precision();
    none_and_all_ask_no_limit();
    parts_are_told_with_their_units();
    return 0;
}
