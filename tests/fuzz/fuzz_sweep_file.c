/* A sweep's file: whatever is read has settings of different names, which are names of files. */

#include "fuzz_file.h"
#include "mpibert/config/sweep_file.h"

static const mpb_log quiet = {.command = "fuzz", .leader = false};

static void check_names(const mpb_sweep_file *sweep)
{
    for (size_t i = 0; i < sweep->count; i++) {
        const char *name = sweep->settings[i].name;

        CHECK(name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL);
        for (size_t j = 0; j < i; j++) {
            CHECK(strcmp(name, sweep->settings[j].name) != 0);
        }
    }
}

static void check_halving(const mpb_halving *halving)
{
    CHECK(halving->count == 0 || (halving->keep > 0.0 && halving->keep < 1.0));
    for (size_t i = 0; i < halving->count; i++) {
        CHECK(halving->after_epochs[i] > (i == 0 ? 0 : halving->after_epochs[i - 1]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file("sweep.yaml", data, size);
    mpb_sweep_file sweep = {0};

    if (mpb_sweep_file_read(&quiet, path, NULL, NULL, 0, &sweep) == MPB_OK) {
        CHECK(sweep.count > 0 && sweep.num_seeds > 0);
        check_names(&sweep);
        check_halving(&sweep.halving);
    }
    mpb_sweep_file_clear(&sweep);
    return 0;
}
