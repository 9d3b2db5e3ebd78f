/* One label of several: cross-entropy, accuracy. And whether the second text of a pair goes on where the
 * first one ends: next-sentence prediction (Devlin et al. 2018) on its own, one label of two. */

#include <math.h>

#include "imitate.h"
#include "label_counts.h"
#include "label_lines.h"
#include "label_report.h"
#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics.h"
#include "one_row.h"
#include "tasks.h"

enum { ACCURACY, F1, MACRO_F1, WEIGHTED_F1, MCC, CALIBRATION_ERROR, NUM_METRICS };
enum { HITS };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [ACCURACY] = {.name = "accuracy", .title = "Acc", .percent = true},
    [F1] = {.name = "f1", .title = "F1", .percent = true},
    [MACRO_F1] = {.name = "macro_f1", .title = "Macro F1", .percent = true},
    [WEIGHTED_F1] = {.name = "weighted_f1", .title = "Weighted F1", .percent = true},
    [MCC] = {.name = "mcc", .title = "MCC"},
    [CALIBRATION_ERROR] = {.name = "calibration_error", .title = "ECE", .smaller_is_better = true},
};

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(data->labels != NULL, MPB_ERR_DATA, "the examples have no labels (%s)", where);
    return training ? mpb_dataset_check_classes(data, where) : MPB_OK;
}

/* The names may be the user's, their number and order are not. */
static mpb_status check_next(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(data->label_names.count == 2, MPB_ERR_DATA,
                "there are %zu labels, two were expected: the second text goes on where the first "
                "one ends, and it does not (%s)",
                data->label_names.count, where);
    return check(data, training, where);
}

static size_t num_outputs(const mpb_dataset *data)
{
    return data->label_names.count;
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    size_t *counts;
    mpb_status status;

    MPB_TRY(mpb_memory_create(data->label_names.count, sizeof(*counts), "the sizes of classes",
                              (void **)&counts));
    for (size_t d = 0; d < documents->count; d++) {
        counts[documents->labels[d]]++;
    }
    status = label_counts_append(&data->label_names, counts, "classes", out);
    mpb_memory_destroy(counts);
    return status;
}

static void balance(const mpb_dataset *data, size_t *counts, float *weights)
{
    for (size_t i = 0; i < data->num_sequences; i++) {
        counts[data->labels[i]]++;
    }
    label_counts_balance(data->label_names.count, counts, weights);
}

static double weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i)
{
    return loss->label_weights == NULL ? 1.0 : (double)loss->label_weights[data->labels[i]];
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const int label = of->data->labels[of->sequence];
    const float weight = (float)(1.0 / total);

    sums[HITS] += mpb_argmax(of->values, loss->num_labels) == label ? 1.0 : 0.0;
    return (double)weight * loss->nn->loss.cross_entropy(loss->num_labels, label,
                                                         loss->label_smoothing, loss->label_weights,
                                                         weight, of->values, of->values);
}

static double running_accuracy(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    return sums[HITS] / (double)num_examples;
}

static mpb_status compute(const mpb_task_results *results, mpb_classification_metrics *metrics)
{
    return mpb_classification_metrics_compute(results->documents->count, results->num_labels,
                                              one_row_outputs(results), results->documents->labels,
                                              metrics);
}

/* The share of the examples that are taken for the most frequent label. */
static double sameness_of(const mpb_classification_metrics *metrics)
{
    int64_t most = 0;

    for (int j = 0; j < metrics->num_labels; j++) {
        const int64_t predicted = metrics->per_label[j].predicted;

        most = predicted > most ? predicted : most;
    }
    return (double)most / (double)metrics->num_examples;
}

static mpb_measures measures_of(const mpb_classification_metrics *metrics)
{
    return (mpb_measures){.num_examples = (int64_t)metrics->num_examples,
                          .loss = metrics->loss,
                          .values = {[ACCURACY] = metrics->accuracy,
                                     [F1] = metrics->f1,
                                     [MACRO_F1] = metrics->averages.macro.f1,
                                     [WEIGHTED_F1] = metrics->averages.weighted.f1,
                                     [MCC] = metrics->mcc,
                                     [CALIBRATION_ERROR] = metrics->calibration_error},
                          .sameness = sameness_of(metrics),
                          .guess_loss = log((double)metrics->num_labels)};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    mpb_classification_metrics metrics = {0};

    MPB_TRY(compute(results, &metrics));
    *measures = measures_of(&metrics);
    mpb_classification_metrics_clear(&metrics);
    return MPB_OK;
}

static mpb_status add_confusion(const mpb_classification_metrics *metrics, mpb_json *object)
{
    mpb_json *rows = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "confusion_matrix", rows));
    for (int i = 0; i < metrics->num_labels; i++) {
        mpb_json *row = mpb_json_new_array();

        MPB_TRY(mpb_json_append(rows, row));
        for (int j = 0; j < metrics->num_labels; j++) {
            int64_t count = metrics->confusion[i * metrics->num_labels + j];

            MPB_TRY(mpb_json_append(row, mpb_json_new_integer(count)));
        }
    }
    return MPB_OK;
}

/* Which F1 `f1` is, in scikit-learn's words. */
static mpb_status describe_average(const mpb_strings *label_names, mpb_json *object)
{
    if (label_names->count != 2) {
        return mpb_json_set(object, "f1_average", mpb_json_new_text("macro"));
    }
    MPB_TRY(mpb_json_set(object, "f1_average", mpb_json_new_text("binary")));
    return mpb_json_set(object, "f1_label", mpb_json_new_text(label_names->items[1]));
}

/* The micro average is the accuracy. */
static mpb_status add_labels(const mpb_classification_metrics *metrics, const mpb_strings *names,
                             mpb_json *object)
{
    const label_average listed[] = {{"macro", metrics->averages.macro},
                                    {"weighted", metrics->averages.weighted}};

    return label_report_add(names, metrics->per_label, 2, listed, object);
}

static mpb_status describe_metrics(const mpb_classification_metrics *metrics,
                                   const mpb_strings *label_names, mpb_json *object)
{
    const mpb_measures measures = measures_of(metrics);

    MPB_TRY(task_report_measures(&task_classification, &measures, object));
    MPB_TRY(describe_average(label_names, object));
    MPB_TRY(mpb_json_set_strings(object, "label_names", label_names));
    MPB_TRY(add_labels(metrics, label_names, object));
    return add_confusion(metrics, object);
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    mpb_classification_metrics metrics = {0};
    mpb_status status;

    MPB_TRY(compute(results, &metrics));
    status = describe_metrics(&metrics, results->label_names, object);
    mpb_classification_metrics_clear(&metrics);
    return status;
}

/* A head with one output says how much its only label applies. */
static const label_form *form_of(int num_labels)
{
    static const label_form ONE_OF_ALL = {.score = label_softmax, .label = true, .scores = true};
    static const label_form ONLY_ONE = {.score = label_sigmoid, .label = true, .scores = true};

    return num_labels == 1 ? &ONLY_ONE : &ONE_OF_ALL;
}

/* clang-format off */
#define ONE_LABEL                                                                                  \
    .metrics = METRICS,                                                                            \
    .num_metrics = NUM_METRICS,                                                                    \
    .smooths_labels = true,                                                                        \
    .num_outputs = num_outputs,                                                                    \
    .summarise = summarise,                                                                        \
    .balance = balance,                                                                            \
    .weigh = weigh,                                                                                \
    .score = score,                                                                                \
    .imitate = imitate_label,                                                                      \
    .running = running_accuracy,                                                                   \
    .kept_size = one_row_size,                                                                     \
    .condense = one_row_condense,                                                                  \
    .merge = one_row_merge,                                                                        \
    .measure = measure,                                                                            \
    .report = report,                                                                              \
    .describe = label_lines_describe,                                                              \
    .name_columns = label_lines_name_columns,                                                      \
    .fill_columns = label_lines_fill_columns,                                                      \
    .form = form_of
/* clang-format on */

const mpb_task_table task_classification = {
    .task = MPB_TASK_CLASSIFICATION,
    .head = MPB_HEAD_SEQUENCE,
    .problem = MPB_SINGLE_LABEL,
    .check = check,
    ONE_LABEL,
};

const mpb_task_table task_coherence = {
    .task = MPB_TASK_COHERENCE,
    .head = MPB_HEAD_NEXT_SENTENCE,
    .check = check_next,
    ONE_LABEL,
};
