#include "mpibert/eval/metrics_multilabel.h"

#include <math.h>

#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_calibration.h"

/* -t log sigmoid(x) - (1 - t) log sigmoid(-x), without overflow. */
static double binary_loss(double logit, double target)
{
    return fmax(logit, 0.0) - logit * target + log1p(exp(-fabs(logit)));
}

/* Adds one example to the counts of its labels; gives its own counts. */
static mpb_hit_counts count_example(int num_labels, const float *logits, const float *targets,
                                    mpb_hit_counts *per_label)
{
    mpb_hit_counts own = {0};

    for (int j = 0; j < num_labels; j++) {
        const int gold = targets[j] > 0.5f;
        const int predicted = logits[j] > 0.0f;
        mpb_hit_counts *label = &per_label[j];

        label->hits += gold && predicted;
        label->gold += gold;
        label->predicted += predicted;
        own.hits += gold && predicted;
        own.gold += gold;
        own.predicted += predicted;
    }
    return own;
}

/* Adds one example to what are sums until all are there. */
static void add_example(mpb_multilabel_metrics *sums, mpb_calibration *calibration,
                        const float *logits, const float *targets)
{
    mpb_hit_counts own = count_example(sums->num_labels, logits, targets, sums->per_label);
    mpb_scores scores = mpb_scores_of(own);

    for (int j = 0; j < sums->num_labels; j++) {
        sums->loss += binary_loss((double)logits[j], (double)targets[j]);
        mpb_calibration_add(calibration, 1.0 / (1.0 + exp(-(double)logits[j])), targets[j] > 0.5f);
    }
    sums->accuracy += own.hits == own.gold && own.hits == own.predicted ? 1.0 : 0.0;
    sums->samples.precision += scores.precision;
    sums->samples.recall += scores.recall;
    sums->samples.f1 += scores.f1;
}

/* Of no example they become 0 / 0, NaN. */
static void divide(mpb_multilabel_metrics *sums)
{
    const double count = (double)sums->num_examples;

    sums->loss /= count * sums->num_labels;
    sums->accuracy /= count;
    sums->samples.precision /= count;
    sums->samples.recall /= count;
    sums->samples.f1 /= count;
}

mpb_status mpb_multilabel_metrics_compute(size_t num_examples, int num_labels, const float *logits,
                                          const float *targets, mpb_multilabel_metrics *metrics)
{
    const size_t width = (size_t)num_labels;
    mpb_multilabel_metrics made = {.num_examples = num_examples, .num_labels = num_labels};
    mpb_calibration calibration = {0};

    MPB_TRY(mpb_memory_create(width, sizeof(*made.per_label), "the counts of the labels",
                              (void **)&made.per_label));
    for (size_t i = 0; i < num_examples; i++) {
        add_example(&made, &calibration, logits + i * width, targets + i * width);
    }
    divide(&made);
    made.calibration_error = mpb_calibration_error(&calibration);
    made.averages =
        num_examples > 0 ? mpb_scores_average(width, made.per_label) : mpb_scores_undefined();
    *metrics = made;
    return MPB_OK;
}

void mpb_multilabel_metrics_clear(mpb_multilabel_metrics *metrics)
{
    mpb_memory_destroy(metrics->per_label);
    *metrics = (mpb_multilabel_metrics){0};
}
