#pragma once

/* Repeated measurements of one thing. Local and pure. */

#include <stddef.h>

enum { MPB_MAX_SAMPLES = 1000 };

/* The middle one of `count` values, the mean of the middle two where the count is even; 1 to
 * MPB_MAX_SAMPLES values. */
double mpb_samples_median(const double *values, size_t count);
double mpb_samples_smallest(const double *values, size_t count);
