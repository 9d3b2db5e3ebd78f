/* Any number of labels: binary cross-entropy of each, F1. */

#include <math.h>

#include "imitate.h"
#include "label_counts.h"
#include "label_lines.h"
#include "label_report.h"
#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_multilabel.h"
#include "one_row.h"
#include "tasks.h"

enum {
    MICRO_F1,
    MACRO_F1,
    WEIGHTED_F1,
    SAMPLES_F1,
    SUBSET_ACCURACY,
    CALIBRATION_ERROR,
    NUM_METRICS
};
enum { HITS, GOLD, PREDICTED };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [MICRO_F1] = {.name = "micro_f1", .title = "F1", .percent = true},
    [MACRO_F1] = {.name = "macro_f1", .title = "Macro F1", .percent = true},
    [WEIGHTED_F1] = {.name = "weighted_f1", .title = "Weighted F1", .percent = true},
    [SAMPLES_F1] = {.name = "samples_f1", .title = "Samples F1", .percent = true},
    [SUBSET_ACCURACY] = {.name = "subset_accuracy", .title = "Acc", .percent = true},
    [CALIBRATION_ERROR] = {.name = "calibration_error", .title = "ECE", .smaller_is_better = true},
};

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    return one_row_check_values(data, training, "labels", where);
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    const size_t width = data->shape.value_width;
    size_t *counts;
    mpb_status status;

    MPB_TRY(mpb_memory_create(width, sizeof(*counts), "the sizes of labels", (void **)&counts));
    for (size_t d = 0; d < documents->count; d++) {
        for (size_t j = 0; j < width; j++) {
            counts[j] += data->values[mpb_document_first(documents, d) * width + j] > 0.5f;
        }
    }
    status = label_counts_append(&data->label_names, counts, "labels", out);
    mpb_memory_destroy(counts);
    return status;
}

/* Positive weights: examples without the label by those with it, as BCEWithLogitsLoss's pos_weight
 * is meant; 1 where none has it. */
static void balance(const mpb_dataset *data, size_t *counts, float *weights)
{
    const size_t width = data->shape.value_width;

    for (size_t k = 0; k < data->num_sequences * width; k++) {
        counts[k % width] += data->values[k] > 0.5f;
    }
    for (size_t j = 0; j < width; j++) {
        weights[j] =
            counts[j] == 0 ? 1.0f : (float)(data->num_sequences - counts[j]) / (float)counts[j];
    }
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const int K = loss->num_labels;
    const float *targets = of->data->values + of->sequence * (size_t)K;
    const float weight = (float)(1.0 / total);

    for (int j = 0; j < K; j++) {
        const bool gold = targets[j] > 0.5f;
        const bool predicted = of->values[j] > 0.0f;

        sums[HITS] += gold && predicted ? 1.0 : 0.0;
        sums[GOLD] += gold ? 1.0 : 0.0;
        sums[PREDICTED] += predicted ? 1.0 : 0.0;
    }
    return (double)weight * loss->nn->loss.binary_cross_entropy(K, targets, loss->label_smoothing,
                                                                loss->label_weights, weight,
                                                                of->values, of->values);
}

static double running_micro_f1(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    const double both = sums[GOLD] + sums[PREDICTED];

    (void)num_examples;
    return both > 0.0 ? 2.0 * sums[HITS] / both : 0.0;
}

static mpb_status compute(const mpb_task_results *results, mpb_multilabel_metrics *metrics)
{
    float *targets;
    mpb_status status;

    MPB_TRY(one_row_values(results, &targets));
    status = mpb_multilabel_metrics_compute(results->documents->count, results->num_labels,
                                            one_row_outputs(results), targets, metrics);
    mpb_memory_destroy(targets);
    return status;
}

/* The share of the examples for which a label is decided as for most, of the label where it is
 * least. */
static double sameness_of(const mpb_multilabel_metrics *metrics)
{
    const double count = (double)metrics->num_examples;
    double least = 1.0;

    for (int j = 0; j < metrics->num_labels; j++) {
        const double with = (double)metrics->per_label[j].predicted / count;

        least = fmin(least, fmax(with, 1.0 - with));
    }
    return least;
}

static mpb_measures measures_of(const mpb_multilabel_metrics *metrics)
{
    return (mpb_measures){.num_examples = (int64_t)metrics->num_examples,
                          .loss = metrics->loss,
                          .values = {[MICRO_F1] = metrics->averages.micro.f1,
                                     [MACRO_F1] = metrics->averages.macro.f1,
                                     [WEIGHTED_F1] = metrics->averages.weighted.f1,
                                     [SAMPLES_F1] = metrics->samples.f1,
                                     [SUBSET_ACCURACY] = metrics->accuracy,
                                     [CALIBRATION_ERROR] = metrics->calibration_error},
                          .sameness = sameness_of(metrics),
                          .guess_loss = log(2.0)};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    mpb_multilabel_metrics metrics = {0};

    MPB_TRY(compute(results, &metrics));
    *measures = measures_of(&metrics);
    mpb_multilabel_metrics_clear(&metrics);
    return MPB_OK;
}

static mpb_status add_labels(const mpb_multilabel_metrics *metrics, const mpb_strings *names,
                             mpb_json *object)
{
    const label_average listed[] = {{"micro", metrics->averages.micro},
                                    {"macro", metrics->averages.macro},
                                    {"weighted", metrics->averages.weighted},
                                    {"samples", metrics->samples}};

    return label_report_add(names, metrics->per_label, 4, listed, object);
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    mpb_multilabel_metrics metrics = {0};
    mpb_measures measures;
    mpb_status status;

    MPB_TRY(compute(results, &metrics));
    measures = measures_of(&metrics);
    status = task_report_measures(&task_multilabel, &measures, object);
    if (status == MPB_OK) {
        status = mpb_json_set_strings(object, "label_names", results->label_names);
    }
    if (status == MPB_OK) {
        status = add_labels(&metrics, results->label_names, object);
    }
    mpb_multilabel_metrics_clear(&metrics);
    return status;
}

static const label_form *form_of(int num_labels)
{
    static const label_form ANY_LABELS = {.score = label_sigmoid, .labels = true, .scores = true};

    (void)num_labels;
    return &ANY_LABELS;
}

const mpb_task_table task_multilabel = {
    .task = MPB_TASK_MULTILABEL,
    .head = MPB_HEAD_SEQUENCE,
    .problem = MPB_MULTI_LABEL,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .smooths_labels = true,
    .check = check,
    .num_outputs = one_row_value_width,
    .summarise = summarise,
    .balance = balance,
    .weigh = one_row_weigh,
    .score = score,
    .imitate = imitate_labels,
    .running = running_micro_f1,
    .kept_size = one_row_size,
    .condense = one_row_condense,
    .merge = one_row_merge,
    .measure = measure,
    .report = report,
    .describe = label_lines_describe,
    .name_columns = label_lines_name_columns,
    .fill_columns = label_lines_fill_columns,
    .form = form_of,
};
