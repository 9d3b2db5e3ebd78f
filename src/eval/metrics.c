#include "mpibert/eval/metrics.h"

#include <assert.h>
#include <math.h>

#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_calibration.h"

int mpb_argmax(const float *logits, int num_labels)
{
    int best = 0;

    for (int j = 1; j < num_labels; j++) {
        if (logits[j] > logits[best]) {
            best = j;
        }
    }
    return best;
}

double mpb_log_loss(const float *logits, int num_labels, int label)
{
    const double top = (double)logits[mpb_argmax(logits, num_labels)];
    double sum = 0.0;

    assert(label >= 0 && label < num_labels);
    for (int j = 0; j < num_labels; j++) {
        sum += exp((double)logits[j] - top);
    }
    return log(sum) + top - (double)logits[label];
}

/* Row and column sums of the confusion matrix. */
static void count_labels(mpb_classification_metrics *metrics)
{
    const int num_labels = metrics->num_labels;

    for (int label = 0; label < num_labels; label++) {
        mpb_hit_counts *counts = &metrics->per_label[label];

        counts->hits = metrics->confusion[label * num_labels + label];
        for (int j = 0; j < num_labels; j++) {
            counts->gold += metrics->confusion[label * num_labels + j];
            counts->predicted += metrics->confusion[j * num_labels + label];
        }
    }
}

/* Gorodkin's R_K (2004): (c s - sum_k p_k t_k) / sqrt((s^2 - sum p_k^2) (s^2 - sum t_k^2)) with c
 * hits, s examples, t_k examples and p_k predictions of label k; 0 where it is 0 / 0. */
static double matthews(const mpb_classification_metrics *metrics)
{
    const double total = (double)metrics->num_examples;
    double hits = 0.0, products = 0.0, predicted_squares = 0.0, label_squares = 0.0;
    double denominator;

    for (int label = 0; label < metrics->num_labels; label++) {
        const mpb_hit_counts *counts = &metrics->per_label[label];

        hits += (double)counts->hits;
        products += (double)counts->predicted * (double)counts->gold;
        predicted_squares += (double)counts->predicted * (double)counts->predicted;
        label_squares += (double)counts->gold * (double)counts->gold;
    }
    denominator = sqrt((total * total - predicted_squares) * (total * total - label_squares));
    return denominator > 0.0 ? (hits * total - products) / denominator : 0.0;
}

static void derive(mpb_classification_metrics *metrics)
{
    count_labels(metrics);
    metrics->averages = mpb_scores_average((size_t)metrics->num_labels, metrics->per_label);
    metrics->accuracy = metrics->averages.micro.f1;
    metrics->f1 = metrics->num_labels == 2 ? mpb_scores_of(metrics->per_label[1]).f1
                                           : metrics->averages.macro.f1;
    metrics->mcc = matthews(metrics);
}

/* Of no example. */
static void leave_undefined(mpb_classification_metrics *metrics)
{
    metrics->loss = NAN;
    metrics->accuracy = NAN;
    metrics->f1 = NAN;
    metrics->mcc = NAN;
    metrics->averages = mpb_scores_undefined();
    metrics->calibration_error = NAN;
}

static void count_examples(const float *logits, const int32_t *labels,
                           mpb_classification_metrics *metrics)
{
    const int num_labels = metrics->num_labels;
    mpb_calibration calibration = {0};

    for (size_t i = 0; i < metrics->num_examples; i++) {
        const float *row = logits + i * (size_t)num_labels;
        const int predicted = mpb_argmax(row, num_labels);

        assert(labels[i] >= 0 && labels[i] < num_labels);
        metrics->confusion[labels[i] * num_labels + predicted]++;
        metrics->loss += mpb_log_loss(row, num_labels, labels[i]);
        mpb_calibration_add(&calibration, exp(-mpb_log_loss(row, num_labels, predicted)),
                            predicted == labels[i]);
    }
    metrics->loss /= (double)metrics->num_examples;
    metrics->calibration_error = mpb_calibration_error(&calibration);
}

mpb_status mpb_classification_metrics_compute(size_t num_examples, int num_labels,
                                              const float *logits, const int32_t *labels,
                                              mpb_classification_metrics *metrics)
{
    const size_t width = (size_t)num_labels;
    mpb_classification_metrics made = {.num_examples = num_examples, .num_labels = num_labels};
    mpb_status status = mpb_memory_create(width, sizeof(*made.per_label),
                                          "the counts of the labels", (void **)&made.per_label);

    if (status == MPB_OK) {
        status = mpb_memory_create(width * width, sizeof(*made.confusion), "the confusion matrix",
                                   (void **)&made.confusion);
    }
    if (status != MPB_OK) {
        mpb_classification_metrics_clear(&made);
        return status;
    }
    if (num_examples > 0) {
        count_examples(logits, labels, &made);
        derive(&made);
    } else {
        leave_undefined(&made);
    }
    *metrics = made;
    return MPB_OK;
}

void mpb_classification_metrics_clear(mpb_classification_metrics *metrics)
{
    mpb_memory_destroy(metrics->per_label);
    mpb_memory_destroy(metrics->confusion);
    *metrics = (mpb_classification_metrics){0};
}
