#pragma once

/* Precision, recall and F1 of labels, or of types of entities, from counts. Local and pure. */

#include <stddef.h>
#include <stdint.h>

/* What is counted of one label. Counts of parts of the data add up to those of the whole. */
typedef struct mpb_hit_counts {
    int64_t hits;      /* predicted where it is the truth */
    int64_t gold;      /* where it is the truth: scikit-learn's support */
    int64_t predicted; /* where it is predicted */
} mpb_hit_counts;

typedef struct mpb_scores {
    double precision; /* hits / predicted */
    double recall;    /* hits / gold */
    double f1;        /* 2 hits / (gold + predicted) */
} mpb_scores;

/* precision_recall_fscore_support of scikit-learn with zero_division=0: 0 / 0 is 0. */
mpb_scores mpb_scores_of(mpb_hit_counts counts);

typedef struct mpb_score_averages {
    mpb_scores micro;    /* of the sums of all counts */
    mpb_scores macro;    /* the mean over the labels */
    mpb_scores weighted; /* the mean by their numbers in the truth */
} mpb_score_averages;

/* scikit-learn's averages of labels counts[0, num_labels), each of which counts, whether it occurs
 * or not; all 0 without labels. */
mpb_score_averages mpb_scores_average(size_t num_labels, const mpb_hit_counts *counts);

/* What they are of no example: NaN. */
mpb_score_averages mpb_scores_undefined(void);
