#pragma once

/* Products of small matrices inside a kernel that keeps and reuses its factors: the innermost part
 * of mpb_gemm without its packing.
 *
 * For files compiled for each instruction set (ISA_SOURCES of mpibert/math/isa.h); the sizes below
 * are those of the set at hand. C (M, N) = alpha A B, where B (K, N) lies in panels: columns
 * [p W, p W + W), W = MPB_PANEL_WIDTH, are panel p, an array (K, W). What a last panel is short of
 * is 0. Every element is summed over k in the same order whatever M and N are.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"

#if defined(__AVX512F__)
enum { MPB_PANEL_LANES = 16 }; /* floats of a vector */
#elif defined(__AVX2__)
enum { MPB_PANEL_LANES = 8 };
#else
enum { MPB_PANEL_LANES = 4 };
#endif

/* Widest of all sets, for sizes of memory that serve any of them. */
enum { MPB_PANEL_WIDTH = 2 * MPB_PANEL_LANES, MPB_PANEL_WIDEST = 32 };

/* C is computed in steps of so many rows: A must be readable up to the next multiple. */
enum { MPB_PANEL_ROWS = 4 };

/* n rounded up to a multiple of step */
static inline int mpb_round_up(int n, int step)
{
    return (n + step - 1) / step * step;
}

/* panels (aligned to 64 bytes) = op(X) (K, N), where X is stored with row distance ld. */
void MPB_ISA_NAME(mpb_panels_pack)(mpb_transpose trans, int K, int N, const float *x, int ld,
                                   float *panels);

/* y (cols, ldy) = x^T for x (rows, cols); columns [rows, mpb_round_up(rows, MPB_PANEL_ROWS)) are
 * 0. */
void MPB_ISA_NAME(mpb_panels_transpose)(int rows, int cols, const float *x, int ldx, float *y,
                                        int ldy);

/* C = alpha op(A) B, or C += alpha op(A) B; op(A) is (M, K), stored with row distance lda. */
typedef struct mpb_panel_product {
    mpb_transpose trans_a;
    int M, N, K;
    float alpha;
    bool add;
    const float *a;
    int lda;
    const float *panels;
    float *c;
    int ldc;
} mpb_panel_product;

void MPB_ISA_NAME(mpb_panels_multiply)(const mpb_panel_product *product);
