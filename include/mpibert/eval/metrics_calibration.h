#pragma once

/* How far the probabilities that a model gives can be believed. Local and pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MPB_CALIBRATION_BINS = 15 }; /* as many as Guo et al. (2017) use */

/* Predictions by confidence: bin m holds those in (m / 15, (m + 1) / 15]. Starts as {0}. Counts and
 * sums of parts of the data add up to those of the whole. */
typedef struct mpb_calibration {
    int64_t predictions[MPB_CALIBRATION_BINS];
    int64_t hits[MPB_CALIBRATION_BINS];
    double confidence[MPB_CALIBRATION_BINS]; /* the sum of what they claim */
} mpb_calibration;

/* Adds a prediction that claims to be right with probability `confidence` in [0, 1]; 0 lies in the
 * first bin. */
void mpb_calibration_add(mpb_calibration *calibration, double confidence, bool hit);

/* Expected calibration error of Guo et al. (2017): the mean over all predictions of
 * |accuracy - mean confidence| of their bin; NaN without predictions. */
double mpb_calibration_error(const mpb_calibration *calibration);

/* exp of the mean loss of `count` words whose losses, -log p, sum up to `loss`; infinite where
 * that is more than a double holds, NaN without words. */
double mpb_perplexity(double loss, uint64_t count);
