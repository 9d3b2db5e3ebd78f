#include "mpibert/math/gram.h"

#include <cblas.h>

static void fill_upper(size_t n, double *gram)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            gram[j * n + i] = gram[i * n + j];
        }
    }
}

void mpb_gram_of_rows(size_t rows, size_t cols, const double *x, double *gram)
{
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)rows, (int)cols, 1.0, x, (int)cols,
                0.0, gram, (int)rows);
    fill_upper(rows, gram);
}

void mpb_gram_of_columns(size_t rows, size_t cols, const double *x, double *gram)
{
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)cols, (int)rows, 1.0, x, (int)cols, 0.0,
                gram, (int)cols);
    fill_upper(cols, gram);
}
