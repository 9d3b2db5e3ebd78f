#pragma once

/* Metrics of predicted numbers, as scikit-learn and SciPy define them. Local and pure. */

#include <stddef.h>

#include "mpibert/core/status.h"

typedef struct mpb_regression_metrics {
    size_t num_values;
    double mse;      /* mean_squared_error; NaN without values */
    double pearson;  /* scipy.stats.pearsonr of the numbers as doubles */
    double spearman; /* scipy.stats.spearmanr: equal numbers share the mean of their ranks */
} mpb_regression_metrics;

/* Of num_values predictions and what they should be. A correlation is NaN, as SciPy's, where one
 * side is constant or holds a NaN, or where there are fewer than two values. */
MPB_MUST_CHECK mpb_status mpb_regression_metrics_compute(size_t num_values, const float *predicted,
                                                         const float *targets,
                                                         mpb_regression_metrics *metrics);
