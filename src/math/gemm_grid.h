#pragma once

/* How the output of a product is cut into tiles, one a task. */

#include "gemm_tile.h"

typedef struct gemm_grid {
    int rows, cols;              /* tiles along M and N */
    int row_grain, column_grain; /* tiles begin at multiples of these */
} gemm_grid;

gemm_grid gemm_grid_own(const gemm_tile *whole, int threads);

/* `steps` = gemm_blas_steps(whole) */
gemm_grid gemm_grid_blas(const gemm_tile *whole, int steps, int threads);

/* Parts of at most rows x cols, both multiples of BLAS' grain, as equal as can be. */
gemm_grid gemm_grid_parts(const mpb_gemm_args *args, int rows, int cols);

/* Number `index`, row by row. */
gemm_tile gemm_grid_tile(const gemm_tile *whole, const gemm_grid *grid, int index);

/* Where part `index` of `parts` begins on a side; index == parts gives the end. */
int gemm_part_begin(int side, int grain, int parts, int index);
