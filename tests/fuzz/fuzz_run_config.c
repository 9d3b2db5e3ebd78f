/* The run configuration: the input is a file and, behind NUL bytes, settings of the command line.
 * What is read can be written, and reads back as the same. */

#include "fuzz_file.h"
#include "mpibert/config/run_config.h"

enum { MAX_OVERRIDES = 4 };

static const mpb_log quiet = {.command = "fuzz", .leader = false};

static void check_round_trip(const mpb_run_config *config)
{
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_run_config again = {0};
    const char *path;

    CHECK_OK(mpb_run_config_write(config, &texts[0]));
    path = fuzz_file("written.yaml", texts[0].data, texts[0].size);
    CHECK_OK(mpb_run_config_read(&quiet, path, NULL, 0, &again));
    CHECK_OK(mpb_run_config_write(&again, &texts[1]));
    CHECK_TEXT(texts[1].data, texts[0].data);
    mpb_run_config_clear(&again);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
}

/* What run_config.h says of values that depend on each other. */
static void check_settled(const mpb_run_config *config)
{
    const mpb_run_training *t = &config->training;

    CHECK((t->batch_size > 0) != (t->batch_size_per_rank > 0));
    CHECK((t->eval_every_steps > 0) == (t->eval_strategy == MPB_RUN_EVAL_STEPS));
    CHECK(t->warmup_steps == 0 || t->warmup_ratio == 0.0);
    CHECK(t->seed >= 0 && t->seed <= UINT32_MAX);
    CHECK(config->data.train_split > 0.0 && config->data.val_split >= 0.0);
    CHECK(config->checkpoint.directory != NULL && config->data.cache_directory != NULL);
}

/* The texts behind the first one in `text`, which ends in a NUL. */
static size_t find_overrides(const char *text, size_t size, const char *overrides[MAX_OVERRIDES])
{
    size_t count = 0;

    for (size_t at = strlen(text) + 1; at < size && count < MAX_OVERRIDES;) {
        overrides[count++] = text + at;
        at += strlen(text + at) + 1;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    const char *overrides[MAX_OVERRIDES];
    mpb_run_config config = {0};
    size_t count;
    const char *path;

    CHECK(text != NULL);
    memcpy(text, data, size);
    count = find_overrides(text, size, overrides);
    path = fuzz_file("input.yaml", text, strlen(text));
    if (mpb_run_config_read(&quiet, path, overrides, count, &config) == MPB_OK) {
        check_settled(&config);
        check_round_trip(&config);
    }
    mpb_run_config_clear(&config);
    free(text);
    return 0;
}
