#include "nn_internal.h"

static void add_row(int count, const float *x, float *y)
{
#pragma omp simd
    for (int c = 0; c < count; c++) {
        y[c] += x[c];
    }
}

static void sum_rows(int count, const float *a, const float *b, float *x)
{
#pragma omp simd
    for (int c = 0; c < count; c++) {
        x[c] = a[c] + b[c];
    }
}

void MPB_ISA_NAME(mpb_embedding_forward)(size_t rows, int H, const uint32_t *tokens,
                                         const uint32_t *positions, const uint32_t *types,
                                         const float *word, const float *position_table,
                                         const float *type_table, float *x)
{
    size_t ld = (size_t)H;

    for (size_t t = 0; t < rows; t++) {
        sum_rows(H, word + tokens[t] * ld, position_table + positions[t] * ld, x + t * ld);
        if (type_table != NULL) {
            add_row(H, type_table + types[t] * ld, x + t * ld);
        }
    }
}

void MPB_ISA_NAME(mpb_embedding_backward)(size_t count, const uint32_t *rows, int cols, int H,
                                          const float *dx, float *drow)
{
    for (size_t i = 0; i < count; i++) {
        add_row(cols, dx + rows[i] * (size_t)H, drow);
    }
}
