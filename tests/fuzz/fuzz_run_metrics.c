/* metrics.jsonl of a run: what is read can be described. */

#include "fuzz_file.h"
#include "mpibert/report/run_metrics.h"

static void check_described(const mpb_run_metrics *metrics, const char *metric)
{
    mpb_json *object = mpb_json_new_object();

    CHECK((metrics->best == NULL) == (metrics->last == NULL));
    CHECK(metrics->last_step >= 0 && metrics->steps_per_epoch >= 0);
    if (mpb_run_metrics_describe(metrics->best, metric, "best", object) == MPB_OK) {
        CHECK(mpb_json_count(object) == (metrics->best != NULL));
    }
    mpb_json_destroy(&object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"accuracy", "loss"};
    const char *path = fuzz_file("metrics.jsonl", data, size);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        mpb_run_metrics metrics = {0};

        if (mpb_run_metrics_read(path, names[i], i == 1, &metrics) == MPB_OK) {
            check_described(&metrics, names[i]);
        }
        mpb_run_metrics_clear(&metrics);
    }
    return 0;
}
