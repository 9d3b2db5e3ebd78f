#include "class_weights.h"

#include "mpibert/core/memory.h"

static mpb_status check_list(const mpb_run_weights *wish, const mpb_strings *names)
{
    char described[256];

    mpb_strings_describe(names, described, sizeof(described));
    MPB_REQUIRE(wish->how != MPB_RUN_WEIGHTS_LIST || wish->count == names->count, MPB_ERR_CONFIG,
                "training.class_weights has %zu numbers, %zu were expected, one a label: %s (the "
                "labels of the data)",
                wish->count, names->count, described);
    return MPB_OK;
}

static mpb_status balance(const mpb_task_table *task, const mpb_dataset *train, float *weights)
{
    size_t *counts;

    MPB_TRY(mpb_memory_create(train->label_names.count, sizeof(*counts), "the counts of labels",
                              (void **)&counts));
    task->balance(train, counts, weights);
    mpb_memory_destroy(counts);
    return MPB_OK;
}

mpb_status class_weights_make(const mpb_run_weights *wish, const mpb_task_table *task,
                              const mpb_dataset *train, float **weights)
{
    if (wish->how == MPB_RUN_WEIGHTS_NONE) {
        return MPB_OK;
    }
    MPB_TRY(check_list(wish, &train->label_names));
    MPB_TRY(mpb_memory_create(train->label_names.count, sizeof(**weights), "the class weights",
                              (void **)weights));
    if (wish->how == MPB_RUN_WEIGHTS_BALANCED) {
        MPB_TRY(balance(task, train, *weights));
    }
    for (size_t label = 0; label < wish->count; label++) {
        (*weights)[label] = (float)wish->items[label];
    }
    return MPB_OK;
}
