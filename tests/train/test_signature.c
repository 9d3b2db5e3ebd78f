#include "mpibert/train/signature.h"

#include "check.h"

static const mpb_log LOG = {.command = "test", .leader = true};
static const char PATH[] = "run/checkpoints/step-00000006";

enum { STEPS_PER_EPOCH = 4, SEQUENCES = 2, MAX_OVERRIDES = 4 };

/* The defaults with some settings, up to the first NULL. */
static void configure(const char *const settings[MAX_OVERRIDES], mpb_run_config *config)
{
    size_t count = 0;

    while (count < MAX_OVERRIDES && settings[count] != NULL) {
        count++;
    }
    *config = (mpb_run_config){0};
    CHECK_OK(mpb_run_config_read(&LOG, NULL, settings, count, config));
}

static char *sign(const mpb_run_config *config, int32_t last_label, float dropout)
{
    uint32_t tokens[] = {1, 2, 3, 4, 5};
    uint64_t offsets[] = {0, 2, 5};
    uint32_t segments[] = {2, 3};
    uint64_t documents[] = {0, 1};
    int32_t labels[] = {0, last_label};
    const mpb_dataset train = {.num_sequences = SEQUENCES,
                               .tokens = tokens,
                               .offsets = offsets,
                               .segment_b = segments,
                               .document = documents,
                               .labels = labels};
    const mpb_model_config model = {.num_attention_heads = 4, .hidden_dropout = dropout};
    const mpb_signature_facts facts = {.model = &model,
                                       .train = &train,
                                       .batch_size = 16,
                                       .length =
                                           mpb_run_length_of(&config->training, STEPS_PER_EPOCH),
                                       .vocab_sha256 = "abc"};
    char *signature = NULL;

    CHECK_OK(mpb_signature_make(config, &facts, &signature));
    return signature;
}

/* The signature of a run with these settings. */
static char *signature_of(const char *const settings[MAX_OVERRIDES])
{
    mpb_run_config config;
    char *signature;

    configure(settings, &config);
    signature = sign(&config, 1, 0.1f);
    mpb_run_config_clear(&config);
    return signature;
}

static void settings_that_results_depend_on_must_stay(void)
{
    static const struct {
        const char *setting;
        const char *message;
    } changes[] = {
        {"training.seed=7", "training.seed is 7, the checkpoint was made with 42"},
        {"training.adam_beta1=0.8", "training.adam_beta1 is 0.8, the checkpoint was made with 0.9"},
        {"training.adam_beta2=0.99", "training.adam_beta2 is 0.99, "},
        {"training.adam_epsilon=1.0e-6", "training.adam_epsilon is 1.0e-06, "},
        {"training.class_weights=balanced", "training.class_weights is balanced, "},
        {"training.class_weights=[1, 2.5]", "training.class_weights is [1.0, 2.5], "},
        {"training.scheduler=cosine", "training.scheduler is cosine, "},
        {"training.precision=bf16", "training.precision is bf16, "},
        {"training.layer_lr_decay=0.9", "training.layer_lr_decay is 0.9, "},
        {"model.max_seq_length=64", "model.max_seq_length is 64, "},
        {"model.task=regression", "model.task is regression, "},
        {"data.remove_noise=[quotes]", "data.remove_noise is [quotes], "},
        {"checkpoint.metric_for_best_model=loss", "checkpoint.metric_for_best_model is \"loss\", "},
    };
    const char *const none[MAX_OVERRIDES] = {NULL};
    char *then = signature_of(none);

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *const settings[MAX_OVERRIDES] = {changes[i].setting};
        mpb_run_config config;

        configure(settings, &config);
        CHECK_FAILS(mpb_signature_check_settings(&config, then, PATH), MPB_ERR_CONFIG,
                    changes[i].message);
        CHECK_FAILS(mpb_signature_check_settings(&config, then, PATH), MPB_ERR_CONFIG, PATH);
        mpb_run_config_clear(&config);
    }
    free(then);
}

static void how_a_run_is_fed_watched_and_saved_may_change(void)
{
    static const char *const changes[] = {
        "training.eval_batch_size=8", "training.activation_checkpointing=all",
        "training.memory_limit=8GiB", "training.early_stopping_patience=2",
        "checkpoint.every_steps=7",   "checkpoint.keep=1",
        "logging.every_steps=1",      "cluster.threads_per_rank=2",
        "training.epochs=9",          "model.name=elsewhere",
        "data.train=moved.csv",       "checkpoint.load_best_model_at_end=true",
    };
    const char *const none[MAX_OVERRIDES] = {NULL};
    char *then = signature_of(none);

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *const settings[MAX_OVERRIDES] = {changes[i]};
        mpb_run_config config;

        configure(settings, &config);
        CHECK_OK(mpb_signature_check_settings(&config, then, PATH));
        mpb_run_config_clear(&config);
    }
    free(then);
}

static void other_data_of_the_same_size_and_another_dropout_are_noticed(void)
{
    const char *const none[MAX_OVERRIDES] = {NULL};
    char *signatures[3];
    mpb_run_config config;

    configure(none, &config);
    signatures[0] = sign(&config, 1, 0.1f);
    signatures[1] = sign(&config, 0, 0.1f);
    signatures[2] = sign(&config, 1, 0.2f);
    CHECK_OK(mpb_signature_check_data(signatures[0], signatures[0], PATH));
    CHECK_FAILS(mpb_signature_check_data(signatures[1], signatures[0], PATH), MPB_ERR_CONFIG,
                "training data is ");
    CHECK_FAILS(mpb_signature_check_data(signatures[2], signatures[0], PATH), MPB_ERR_CONFIG,
                "hidden dropout is 0.2");
    for (int i = 0; i < 3; i++) {
        free(signatures[i]);
    }
    mpb_run_config_clear(&config);
}

/* Of a run that was begun with `before`, `step` steps of which are done, and is now to have
 * `after`. */
static mpb_status change_length(const char *const before[MAX_OVERRIDES],
                                const char *const after[MAX_OVERRIDES], int64_t step,
                                mpb_run_length *length)
{
    char *then = signature_of(before);
    mpb_run_config config;
    mpb_status status;

    configure(after, &config);
    status = mpb_signature_check_length(&config, then, step, PATH, length);
    mpb_run_config_clear(&config);
    free(then);
    return status;
}

static void a_run_at_a_constant_rate_may_become_longer_or_shorter(void)
{
    const char *const three[MAX_OVERRIDES] = {"training.scheduler=constant",
                                              "training.warmup_steps=3", "training.warmup_ratio=0"};
    const char *const five[MAX_OVERRIDES] = {"training.scheduler=constant",
                                             "training.warmup_steps=3", "training.epochs=5"};
    const char *const short_one[MAX_OVERRIDES] = {
        "training.scheduler=constant", "training.warmup_steps=3", "training.max_steps=7"};
    const char *const steps[MAX_OVERRIDES] = {"training.scheduler=constant",
                                              "training.warmup_steps=3", "training.max_steps=17"};
    mpb_run_length length;

    CHECK_OK(change_length(three, five, 12, &length));
    CHECK(length.steps == 20 && length.steps_per_epoch == STEPS_PER_EPOCH);
    CHECK_OK(change_length(three, short_one, 6, &length));
    CHECK(length.steps == 7);
    CHECK_OK(change_length(three, steps, 12, &length));
    CHECK(length.steps == 17); /* in a fifth epoch, though training.epochs is 3 */
    CHECK_FAILS(change_length(three, short_one, 8, &length), MPB_ERR_CONFIG,
                "training.max_steps is 7, the checkpoint was made with null; more steps than that "
                "are already taken: give back training.max_steps=null");
}

static void where_rates_depend_on_the_length_it_must_stay(void)
{
    const char *const three[MAX_OVERRIDES] = {NULL};
    const char *const five[MAX_OVERRIDES] = {"training.epochs=5"};
    const char *const same[MAX_OVERRIDES] = {"training.epochs=5", "training.max_steps=12"};
    const char *const warm[MAX_OVERRIDES] = {"training.scheduler=constant",
                                             "training.warmup_ratio=0.1"};
    const char *const warm_five[MAX_OVERRIDES] = {"training.scheduler=constant",
                                                  "training.warmup_ratio=0.1", "training.epochs=5"};
    mpb_run_length length;

    CHECK_OK(change_length(three, three, 12, &length));
    CHECK(length.steps == 12);
    CHECK_OK(change_length(three, same, 6, &length));
    CHECK_FAILS(change_length(three, five, 6, &length), MPB_ERR_CONFIG,
                "training.epochs is 5, the checkpoint was made with 3");
    CHECK_FAILS(change_length(three, five, 6, &length), MPB_ERR_CONFIG,
                "give back training.epochs=3");
    CHECK_FAILS(change_length(warm, warm_five, 6, &length), MPB_ERR_CONFIG,
                "training.epochs is 5, the checkpoint was made with 3");
}

static void a_step_beyond_the_end_is_no_state_of_the_run(void)
{
    const char *const three[MAX_OVERRIDES] = {NULL};
    mpb_run_length length;

    CHECK_FAILS(change_length(three, three, 1000000000, &length), MPB_ERR_DATA,
                "attribute step is 1000000000, 0 to 12 was expected");
}

int main(void)
{
    settings_that_results_depend_on_must_stay();
    how_a_run_is_fed_watched_and_saved_may_change();
    other_data_of_the_same_size_and_another_dropout_are_noticed();
    a_run_at_a_constant_rate_may_become_longer_or_shorter();
    where_rates_depend_on_the_length_it_must_stay();
    a_step_beyond_the_end_is_no_state_of_the_run();
    return 0;
}
