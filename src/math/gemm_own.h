#pragma once

/* Our own products, by packed panels, one set of kernels for each instruction set. The bits of an
 * element depend on its row of op(A), its column of op(B) and K, not on the rest of the product. */

#include "gemm_tile.h"

/* Floats: a block of A (MC, KC) stays in the second-level cache, a panel of B in the first; the
 * block of B (KC, NC), which all blocks of A are multiplied by, comes from the third. Operands that
 * are made on the way come in strips of whole panels, which stay in the second-level cache too;
 * pairs of bf16 need twice their size for the floats that they come from. */
enum {
    GEMM_KC = 320,
    GEMM_MC = 240,
    GEMM_NC = 1536,
    GEMM_STRIP = 96,
    GEMM_PACKED = (GEMM_MC + GEMM_NC + 3 * GEMM_STRIP) * GEMM_KC
};

/* The output in floats, not NULL. scratch: GEMM_PACKED floats, aligned to 64 bytes */
typedef void gemm_own_fn(const gemm_tile *tile, float *scratch);

gemm_own_fn mpb_gemm_own_plain, mpb_gemm_own_avx2, mpb_gemm_own_avx512;

/* AVX-512 with dot products of bf16, to which they round factors: of vectors, of AMX tiles. */
gemm_own_fn mpb_gemm_own_dots, mpb_gemm_own_tiles;
