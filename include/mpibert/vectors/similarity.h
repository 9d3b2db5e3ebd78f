#pragma once

/* How near vectors are to each other. Pure. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

/* matrix (count, count) = the cosines of rows (count, width) with each other, summed in double:
 * scikit-learn's cosine_similarity. Symmetric, 1 on the diagonal; a row of zeros has 0 with all. */
MPB_MUST_CHECK mpb_status mpb_cosines(size_t count, size_t width, const float *rows,
                                      double *matrix);

typedef struct mpb_neighbour {
    size_t row;
    double similarity; /* the cosine */
} mpb_neighbour;

/* found (*num_found <= top) = the rows of rows (count, width) whose cosines with query (width) are
 * largest, in that order; of equal ones the first row. All are compared. */
MPB_MUST_CHECK mpb_status mpb_nearest(size_t count, size_t width, const float *rows,
                                      const float *query, size_t top, mpb_neighbour *found,
                                      size_t *num_found);
