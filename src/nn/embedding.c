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

void MPB_ISA_NAME(mpb_embedding_backward)(size_t rows, int cols, int H, const uint32_t *tokens,
                                          const uint32_t *positions, const uint32_t *types,
                                          const float *dx, float *dword, float *dposition,
                                          float *dtype)
{
    size_t ld = (size_t)H;

    for (size_t t = 0; t < rows; t++) {
        add_row(cols, dx + t * ld, dword + tokens[t] * ld);
        add_row(cols, dx + t * ld, dposition + positions[t] * ld);
        if (dtype != NULL) {
            add_row(cols, dx + t * ld, dtype + types[t] * ld);
        }
    }
}
