/* What a model's directory keeps of how its text was read: the input is such a file. What is read
 * can be written, and reads back as the same. */

#include "fuzz_file.h"
#include "mpibert/config/run_config.h"

static const mpb_log quiet = {.command = "fuzz", .leader = false};

static void check_round_trip(const mpb_run_config *config)
{
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_run_config again = {0};
    const char *path;

    CHECK_OK(mpb_run_config_write_for_model(config, NULL, &texts[0]));
    path = fuzz_file("written.json", texts[0].data, texts[0].size);
    CHECK_OK(mpb_run_config_read_for_model(&quiet, MPB_TASK_AUTO, path, NULL, NULL, 0, &again));
    CHECK_OK(mpb_run_config_write_for_model(&again, NULL, &texts[1]));
    CHECK_TEXT(texts[1].data, texts[0].data);
    mpb_run_config_clear(&again);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file("model.json", data, size);
    mpb_run_config config = {0};

    if (mpb_run_config_read_for_model(&quiet, MPB_TASK_AUTO, path, NULL, NULL, 0, &config) ==
        MPB_OK) {
        check_round_trip(&config);
    }
    mpb_run_config_clear(&config);
    return 0;
}
