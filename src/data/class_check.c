#include "mpibert/data/dataset.h"
#include "mpibert/data/examples.h"

static const char *name_of(int32_t label, const mpb_strings *names)
{
    return label >= 0 && (size_t)label < names->count ? names->items[label] : "without label";
}

/* Labels stand `stride` bytes from each other. */
static mpb_status check_classes(const int32_t *labels, size_t count, size_t stride,
                                const mpb_strings *names, const char *where)
{
    const char *bytes = (const char *)labels;

    MPB_REQUIRE(labels != NULL && count > 0, MPB_ERR_DATA,
                "there are no labelled examples, at least two classes were expected (%s)", where);
    for (size_t i = 1; i < count; i++) {
        if (*(const int32_t *)(const void *)(bytes + i * stride) != labels[0]) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "all %zu examples are of one class, '%s'; at least two classes were expected "
                    "(%s)",
                    count, name_of(labels[0], names), where);
}

mpb_status mpb_examples_check_classes(const mpb_examples *examples, const char *where)
{
    const int32_t *labels = examples->count == 0 ? NULL : &examples->items[0].label;

    return check_classes(labels, examples->count, sizeof(mpb_example), &examples->label_names,
                         where);
}

mpb_status mpb_dataset_check_classes(const mpb_dataset *dataset, const char *where)
{
    return check_classes(dataset->labels, dataset->num_sequences, sizeof(int32_t),
                         &dataset->label_names, where);
}
