#pragma once

/* How the output of a product is cut into tiles, one a task. */

#include "mpibert/math/gemm.h"

typedef struct gemm_grid {
    int rows, cols;              /* tiles along M and N */
    int row_grain, column_grain; /* tiles begin at multiples of these */
} gemm_grid;

gemm_grid gemm_grid_own(const mpb_gemm_args *args, int threads);
gemm_grid gemm_grid_blas(const mpb_gemm_args *args, int threads);

/* Where part `index` of `parts` begins on a side; index == parts gives the end. */
int gemm_part_begin(int side, int grain, int parts, int index);
