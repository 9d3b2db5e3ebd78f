#pragma once

/* Rows of one head where the model keeps them, far apart. */

#include <stddef.h>

/* Floats of a cache line, and how many rows ahead is soon enough. */
enum { LINE = 16, ROWS_AHEAD = 8 };

/* Rows of D floats, one a query or one a key. */
typedef struct head_rows {
    const float *x;
    int ld;
} head_rows;

static inline head_rows rows_from(head_rows rows, int first)
{
    return (head_rows){rows.x + (size_t)first * (size_t)rows.ld, rows.ld};
}

/* Rows of a head are too far apart for the processor to guess the next one. */
static inline void fetch_row(int head_size, const float *row)
{
    for (int d = 0; d < head_size; d += LINE) {
        __builtin_prefetch(row + d);
    }
}

/* y (count, D), rows ldy apart */
static inline void copy_rows(int count, int head_size, head_rows from, float *y, int ldy)
{
    for (int r = 0; r < count; r++) {
        const float *row = rows_from(from, r).x;
        float *to = y + (size_t)r * (size_t)ldy;

        if (r + ROWS_AHEAD < count) {
            fetch_row(head_size, rows_from(from, r + ROWS_AHEAD).x);
        }
#pragma omp simd
        for (int d = 0; d < head_size; d++) {
            to[d] = row[d];
        }
    }
}
