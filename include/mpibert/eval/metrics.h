#pragma once

/* Metrics of single-label classification, as scikit-learn defines them. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/eval/scores.h"

/* Every label counts in averages, whether it occurs or not: labels=range(num_labels). */
typedef struct mpb_classification_metrics {
    size_t num_examples;
    int num_labels;
    double loss;     /* mean cross-entropy, without label smoothing */
    double accuracy; /* accuracy_score, which f1_score(average="micro") equals */
    double f1;       /* f1_score: of label 1 with two labels, otherwise the macro average */
    double mcc;      /* matthews_corrcoef */
    double calibration_error;    /* mpb_calibration_error of the largest probabilities */
    mpb_score_averages averages; /* over the labels; their micro F1 is the accuracy */
    mpb_hit_counts *per_label;   /* owned, (num_labels): classification_report, by mpb_scores_of */
    int64_t *confusion;          /* owned, (num_labels, num_labels): [label][prediction] */
} mpb_classification_metrics;

/* From logits (num_examples, num_labels) and labels in [0, num_labels). Without examples all figures are NaN. */
MPB_MUST_CHECK mpb_status mpb_classification_metrics_compute(size_t num_examples, int num_labels,
                                                             const float *logits,
                                                             const int32_t *labels,
                                                             mpb_classification_metrics *metrics);
void mpb_classification_metrics_clear(mpb_classification_metrics *metrics);

/* Position of the largest of `num_labels` logits, the first one where they are equal. */
int mpb_argmax(const float *logits, int num_labels);

/* -log softmax(logits)[label], in double precision. */
double mpb_log_loss(const float *logits, int num_labels, int label);
