#include "mpibert/shards/dataset.h"

static const char *name_of(int32_t label, const mpb_strings *names)
{
    return label >= 0 && (size_t)label < names->count ? names->items[label] : "without label";
}

mpb_status mpb_dataset_check_classes(const mpb_dataset *dataset, const char *where)
{
    const int32_t *labels = dataset->labels;
    size_t count = dataset->num_sequences;

    MPB_REQUIRE(labels != NULL && count > 0, MPB_ERR_DATA,
                "there are no labelled examples, at least two classes were expected (%s)", where);
    for (size_t i = 1; i < count; i++) {
        if (labels[i] != labels[0]) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "all %zu examples are of one class, '%s'; at least two classes were expected "
                    "(%s)",
                    count, name_of(labels[0], &dataset->label_names), where);
}
