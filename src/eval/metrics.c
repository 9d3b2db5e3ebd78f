#include "mpibert/eval/metrics.h"

#include <assert.h>
#include <math.h>

#include "mpibert/core/memory.h"

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

/* Row and column sums of the confusion matrix around one label. */
typedef struct label_counts {
    double hits;      /* label j predicted as j */
    double labels;    /* examples of label j */
    double predicted; /* predictions of j */
} label_counts;

static label_counts count_label(const mpb_classification_metrics *metrics, int label)
{
    const int num_labels = metrics->num_labels;
    label_counts counts = {0};

    counts.hits = (double)metrics->confusion[label * num_labels + label];
    for (int j = 0; j < num_labels; j++) {
        counts.labels += (double)metrics->confusion[label * num_labels + j];
        counts.predicted += (double)metrics->confusion[j * num_labels + label];
    }
    return counts;
}

/* F1 = 2 TP / (2 TP + FP + FN), 0 where the label neither occurs nor is predicted. */
static double label_f1(label_counts counts)
{
    double both = counts.labels + counts.predicted;

    return both > 0.0 ? 2.0 * counts.hits / both : 0.0;
}

/* Gorodkin's R_K (2004): (c s - sum_k p_k t_k) / sqrt((s^2 - sum p_k^2) (s^2 - sum t_k^2)) with c
 * hits, s examples, t_k examples and p_k predictions of label k; 0 where it is 0 / 0. */
static double matthews(const mpb_classification_metrics *metrics)
{
    const double total = (double)metrics->num_examples;
    double hits = 0.0, products = 0.0, predicted_squares = 0.0, label_squares = 0.0;
    double denominator;

    for (int label = 0; label < metrics->num_labels; label++) {
        label_counts counts = count_label(metrics, label);

        hits += counts.hits;
        products += counts.predicted * counts.labels;
        predicted_squares += counts.predicted * counts.predicted;
        label_squares += counts.labels * counts.labels;
    }
    denominator = sqrt((total * total - predicted_squares) * (total * total - label_squares));
    return denominator > 0.0 ? (hits * total - products) / denominator : 0.0;
}

static void derive(mpb_classification_metrics *metrics)
{
    double hits = 0.0;

    for (int label = 0; label < metrics->num_labels; label++) {
        label_counts counts = count_label(metrics, label);

        hits += counts.hits;
        metrics->macro_f1 += label_f1(counts) / metrics->num_labels;
    }
    metrics->accuracy = metrics->num_examples > 0 ? hits / (double)metrics->num_examples : 0.0;
    metrics->f1 = metrics->num_labels == 2 ? label_f1(count_label(metrics, 1)) : metrics->macro_f1;
    metrics->mcc = matthews(metrics);
}

mpb_status mpb_classification_metrics_compute(size_t num_examples, int num_labels,
                                              const float *logits, const int32_t *labels,
                                              mpb_classification_metrics *metrics)
{
    mpb_classification_metrics made = {.num_examples = num_examples, .num_labels = num_labels};

    MPB_TRY(mpb_memory_create((size_t)num_labels * (size_t)num_labels, sizeof(*made.confusion),
                              "the confusion matrix", (void **)&made.confusion));
    for (size_t i = 0; i < num_examples; i++) {
        const float *row = logits + i * (size_t)num_labels;

        assert(labels[i] >= 0 && labels[i] < num_labels);
        made.confusion[labels[i] * num_labels + mpb_argmax(row, num_labels)]++;
        made.loss += mpb_log_loss(row, num_labels, labels[i]);
    }
    made.loss = num_examples > 0 ? made.loss / (double)num_examples : 0.0;
    derive(&made);
    *metrics = made;
    return MPB_OK;
}

void mpb_classification_metrics_clear(mpb_classification_metrics *metrics)
{
    mpb_memory_destroy(metrics->confusion);
    *metrics = (mpb_classification_metrics){0};
}
