#pragma once

/* Metrics of single-label classification, as scikit-learn defines them. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_classification_metrics {
    size_t num_examples;
    int num_labels;
    double loss;     /* mean cross-entropy, without label smoothing */
    double accuracy; /* accuracy_score */
    double f1;       /* f1_score: of label 1 with two labels, otherwise the macro average */
    double
        macro_f1; /* f1_score(average="macro"), 0 for a label without any example or prediction */
    double mcc;   /* matthews_corrcoef */
    int64_t *confusion; /* owned, (num_labels, num_labels): [label][prediction] */
} mpb_classification_metrics;

/* From logits (num_examples, num_labels) and labels in [0, num_labels). */
MPB_MUST_CHECK mpb_status mpb_classification_metrics_compute(size_t num_examples, int num_labels,
                                                             const float *logits,
                                                             const int32_t *labels,
                                                             mpb_classification_metrics *metrics);
void mpb_classification_metrics_clear(mpb_classification_metrics *metrics);

/* Position of the largest of `num_labels` logits, the first one where they are equal. */
int mpb_argmax(const float *logits, int num_labels);

/* -log softmax(logits)[label], in double precision. */
double mpb_log_loss(const float *logits, int num_labels, int label);
