#pragma once

/* What `evaluate` tells of each label, scikit-learn's classification_report. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/eval/scores.h"
#include "mpibert/io/json.h"

/* Scores over all labels; an average is named as scikit-learn's. */
typedef struct label_average {
    const char *name;
    mpb_scores scores;
} label_average;

/* Adds to `object`, of the labels `names` with their counts (names->count),
 *   "labels": [{"label": "a", "precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 3}, ...],
 *   "averages": {"macro": {"precision": ..., "recall": ..., "f1": ...}, ...} */
MPB_MUST_CHECK mpb_status label_report_add(const mpb_strings *names, const mpb_hit_counts *counts,
                                           size_t num_averages, const label_average *averages,
                                           mpb_json *object);
