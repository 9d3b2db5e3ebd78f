#pragma once

/* Eigenvectors of symmetric matrices, by LAPACK. Local. */

#include "mpibert/core/status.h"

/* Of the symmetric matrix (n, n), n > 0: values (n) = its eigenvalues, ascending; row i of `matrix`
 * then holds the eigenvector of values[i], of length 1, whose sign is LAPACK's to choose.
 * MPB_ERR_DATA where that does not converge, as with numbers that are not finite; MPB_ERR_SYSTEM
 * without memory. */
MPB_MUST_CHECK mpb_status mpb_eigen_symmetric(int n, double *matrix, double *values);
