#pragma once

/* Products by BLAS. Operands that are not floats in memory are made block by block. */

#include "gemm_tile.h"

/* The output in floats, not NULL. scratch: GEMM_PACKED floats */
void gemm_blas_multiply(const gemm_tile *tile, float *scratch);

/* Calls of BLAS that follow each other for one tile: the fewer, the larger. */
int gemm_blas_steps(const gemm_tile *tile);
