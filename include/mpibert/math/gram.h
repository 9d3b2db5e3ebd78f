#pragma once

/* Products of a matrix with itself, by BLAS. Local. */

#include <stddef.h>

/* gram (rows, rows) = X X^T, or gram (cols, cols) = X^T X, of X (rows, cols), whole. */
void mpb_gram_of_rows(size_t rows, size_t cols, const double *x, double *gram);
void mpb_gram_of_columns(size_t rows, size_t cols, const double *x, double *gram);
