#include "data_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/shards/label_match.h"

enum { LIST_SIZE = 256 };

/* A label of a word of sequence i that is no output, or -1. */
static int stray_word(const mpb_dataset *dataset, size_t i, const int *outputs)
{
    for (uint64_t t = dataset->offsets[i]; t < dataset->offsets[i + 1]; t++) {
        const int32_t label = dataset->token_labels[t];

        if (label != MPB_NO_LABEL && outputs[label] < 0) {
            return label;
        }
    }
    return -1;
}

/* A label of example i that is no output, or -1. */
static int stray_label(const mpb_dataset *dataset, size_t i, const int *outputs)
{
    const size_t width = dataset->shape.value_width;

    if (dataset->labels != NULL) {
        return outputs[dataset->labels[i]] < 0 ? dataset->labels[i] : -1;
    }
    if (dataset->token_labels != NULL) {
        return stray_word(dataset, i, outputs);
    }
    for (size_t j = 0; j < width; j++) {
        if (outputs[j] < 0 && dataset->values[i * width + j] > 0.0f) {
            return (int)j;
        }
    }
    return -1;
}

/* The first example with a label that is no output, or num_sequences. */
static size_t find_stray(const mpb_dataset *dataset, const int *outputs)
{
    size_t i = 0;

    while (i < dataset->num_sequences && stray_label(dataset, i, outputs) < 0) {
        i++;
    }
    return i;
}

/* Whether the names are no more than LABEL_0, LABEL_1, ... */
static bool are_default(const mpb_strings *names)
{
    char expected[32];

    for (size_t j = 0; j < names->count; j++) {
        snprintf(expected, sizeof(expected), "LABEL_%zu", j);
        if (strcmp(names->items[j], expected) != 0) {
            return false;
        }
    }
    return true;
}

static mpb_status refuse(const mpb_dataset *dataset, size_t stray, const int *outputs,
                         const mpb_strings *names, const char *where)
{
    const char *label = dataset->label_names.items[stray_label(dataset, stray, outputs)];
    char id[MPB_DATASET_ID];
    char list[LIST_SIZE];

    mpb_strings_describe(names, list, sizeof(list));
    return MPB_FAIL(MPB_ERR_DATA,
                    "label '%.200s' is not one of the model's %zu: %s%s (%s, example %.200s)",
                    label, names->count, list,
                    are_default(names) ? "; say what its outputs are, in their order, with "
                                         "model.label_names=[...]"
                                       : "",
                    where, mpb_dataset_id(dataset, stray, id));
}

/* The column of each label becomes that of its output, those of other outputs 0. */
static mpb_status renumber_values(const int *outputs, size_t width, mpb_dataset *dataset)
{
    const size_t own = dataset->shape.value_width;
    float *values = calloc(dataset->sequence_capacity * width + 1, sizeof(*values));

    MPB_REQUIRE(values != NULL, MPB_ERR_SYSTEM, "no memory for the labels of %zu examples",
                dataset->num_sequences);
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        for (size_t j = 0; j < own; j++) {
            if (outputs[j] >= 0) {
                values[i * width + (size_t)outputs[j]] = dataset->values[i * own + j];
            }
        }
    }
    free(dataset->values);
    dataset->values = values;
    dataset->shape.value_width = width;
    return MPB_OK;
}

/* outputs[label] becomes the label of each. */
static void renumber_labels(const int *outputs, size_t count, int32_t *labels)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i] != MPB_NO_LABEL) {
            labels[i] = outputs[labels[i]];
        }
    }
}

/* The same of the labels that each example has. */
static mpb_status renumber(const int *outputs, const mpb_strings *names, mpb_dataset *dataset)
{
    const size_t count = dataset->num_sequences;

    if (dataset->labels != NULL) {
        renumber_labels(outputs, count, dataset->labels);
    } else if (dataset->token_labels == NULL) {
        MPB_TRY(renumber_values(outputs, names->count, dataset));
    } else if (count > 0) {
        renumber_labels(outputs, (size_t)dataset->offsets[count], dataset->token_labels);
    }
    return mpb_strings_copy(&dataset->label_names, names);
}

/* Scores have no names, and neither have choices. */
static bool has_labels(const mpb_dataset *dataset)
{
    return dataset->label_names.count > 0 &&
           (dataset->labels != NULL || dataset->shape.value_width > 0 ||
            dataset->token_labels != NULL);
}

static mpb_status keep_matched(const mpb_dataset *dataset, const int *outputs, uint32_t *indices,
                               mpb_dataset *kept)
{
    size_t count = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        if (stray_label(dataset, i, outputs) < 0) {
            indices[count++] = (uint32_t)i;
        }
    }
    return mpb_dataset_select(dataset, indices, count, kept);
}

/* Leaves out what has no output; where nothing would stay, that is refused by the caller. */
static mpb_status skip_strays(const mpb_log *log, const int *outputs, const char *where,
                              mpb_dataset *dataset)
{
    size_t stray = find_stray(dataset, outputs);
    uint32_t *indices = calloc(dataset->num_sequences + 1, sizeof(*indices));
    mpb_dataset kept = {0};
    char id[MPB_DATASET_ID];
    mpb_status status;

    MPB_REQUIRE(indices != NULL, MPB_ERR_SYSTEM, "no memory for %zu examples",
                dataset->num_sequences);
    status = keep_matched(dataset, outputs, indices, &kept);
    free(indices);
    MPB_TRY(status);
    if (kept.num_sequences == 0) {
        mpb_dataset_clear(&kept);
        return MPB_OK;
    }
    mpb_log_warning(log,
                    "%zu sequences with labels that the model does not have were left out; the "
                    "first: '%.200s' (%s, example %.200s)",
                    dataset->num_sequences - kept.num_sequences,
                    dataset->label_names.items[stray_label(dataset, stray, outputs)], where,
                    mpb_dataset_id(dataset, stray, id));
    mpb_dataset_clear(dataset);
    *dataset = kept;
    return MPB_OK;
}

static mpb_status apply(const mpb_strings *names, const int *outputs, const char *where,
                        mpb_dataset *dataset)
{
    size_t stray = find_stray(dataset, outputs);

    return stray < dataset->num_sequences ? refuse(dataset, stray, outputs, names, where)
                                          : renumber(outputs, names, dataset);
}

static mpb_status new_outputs(const mpb_dataset *dataset, int **outputs)
{
    *outputs = calloc(dataset->label_names.count + 1, sizeof(**outputs));
    MPB_REQUIRE(*outputs != NULL, MPB_ERR_SYSTEM, "no memory for %zu labels",
                dataset->label_names.count);
    return MPB_OK;
}

mpb_status mpb_dataset_number_labels(const mpb_strings *names, const char *where,
                                     mpb_dataset *dataset)
{
    int *outputs = NULL;
    mpb_status status;

    if (!has_labels(dataset)) {
        return MPB_OK;
    }
    MPB_TRY(new_outputs(dataset, &outputs));
    if (mpb_labels_match(&dataset->label_names, names, outputs)) {
        memset(outputs, -1, dataset->label_names.count * sizeof(*outputs));
    }
    status = apply(names, outputs, where, dataset);
    free(outputs);
    return status;
}

mpb_status mpb_dataset_match_labels(const mpb_log *log, const mpb_strings *names, bool skip,
                                    const char *where, mpb_dataset *dataset)
{
    int *outputs = NULL;
    char list[LIST_SIZE];
    mpb_status status = MPB_OK;

    if (!has_labels(dataset)) {
        return MPB_OK;
    }
    MPB_TRY(new_outputs(dataset, &outputs));
    if (mpb_labels_match(&dataset->label_names, names, outputs)) {
        mpb_strings_describe(names, list, sizeof(list));
        mpb_log_warning(log,
                        "the labels of the data are numbers, taken for the model's outputs in "
                        "their order: %s (%s)",
                        list, where);
    }
    if (skip && find_stray(dataset, outputs) < dataset->num_sequences) {
        status = skip_strays(log, outputs, where, dataset);
    }
    if (status == MPB_OK) {
        status = apply(names, outputs, where, dataset);
    }
    free(outputs);
    return status;
}
