#pragma once

/* The rule by which measured times choose the kernel of matrix products; for its test. */

#include "mpibert/math/gemm.h"

enum { GEMM_KERNELS = MPB_GEMM_TILES + 1 };

/* The kernel that takes a quarter less than our own, by its median time in seconds; HUGE_VAL where
 * it is not available. Of two that are as close as that the one with the wider products: tiles,
 * dots, BLAS. */
mpb_gemm_kernel gemm_winner(const double medians[GEMM_KERNELS]);
