#pragma once

/* Principal components. Pure. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

/* scikit-learn's PCA with svd_solver="full", in double: rows are centred, X = U S V^T, and the
 * components are the first rows of V^T. Their signs are those of its svd_flip: of each component
 * the number of largest magnitude is positive, the first one of equal ones. Starts as {0};
 * everything owned. */
typedef struct mpb_pca {
    size_t count; /* of rows */
    size_t width; /* of their numbers */
    size_t num_components;
    double *mean;       /* (width) */
    double *components; /* (num_components, width), each of length 1 */
    double *projected;  /* (count, num_components): the centred rows along each */
    double *ratios;     /* (num_components): explained_variance_ratio_; 0 where rows do not vary */
} mpb_pca;

/* Of rows (count, width), of which there are two at least. More components than there are rows or
 * numbers are MPB_ERR_CONFIG. Where rows do not vary along a component, it is 0. */
MPB_MUST_CHECK mpb_status mpb_pca_fit(size_t count, size_t width, const float *rows,
                                      size_t num_components, mpb_pca *pca);
void mpb_pca_clear(mpb_pca *pca);
