#pragma once

/* Metrics of several labels a text, as scikit-learn defines them. Local and pure. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/eval/scores.h"

typedef struct mpb_multilabel_metrics {
    size_t num_examples;
    int num_labels;
    double loss;              /* BCEWithLogitsLoss: the mean over examples and labels */
    double accuracy;          /* accuracy_score: the share of examples with all labels right */
    double calibration_error; /* mpb_calibration_error of all labels of all examples, each with its
                               * probability and whether the example has it */
    mpb_score_averages averages; /* over the labels */
    mpb_scores samples;          /* average="samples": the mean over the examples */
    mpb_hit_counts *per_label;   /* owned, (num_labels) */
} mpb_multilabel_metrics;

/* From logits and targets, 0 or 1, both (num_examples, num_labels). A label is predicted where its
 * logit is above 0, its probability above 1/2. A score that is 0 / 0 is 0; without examples
 * loss, accuracy, calibration error and averages are NaN. */
MPB_MUST_CHECK mpb_status mpb_multilabel_metrics_compute(size_t num_examples, int num_labels,
                                                         const float *logits, const float *targets,
                                                         mpb_multilabel_metrics *metrics);
void mpb_multilabel_metrics_clear(mpb_multilabel_metrics *metrics);
