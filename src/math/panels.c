#include "mpibert/math/panels.h"

#include <string.h>

#include "gemm_edge.h"
#include "gemm_micro.h"
#include "gemm_pack.h"

_Static_assert((int)MPB_PANEL_LANES == (int)MICRO_LANES && (int)MPB_PANEL_WIDTH == (int)MICRO_NR,
               "panels are those of micro-tiles");
_Static_assert(MPB_PANEL_ROWS % MICRO_THIRD == 0, "micro-tiles read whole steps of rows");

#define PANEL_KERNEL(thirds, vectors)                                                              \
    static void columns_##thirds##_##vectors(const micro_tile *tile)                               \
    {                                                                                              \
        multiply_micro_tile(tile, 1, tile->lda, (thirds) * MICRO_THIRD, vectors);                  \
    }                                                                                              \
    static void rows_##thirds##_##vectors(const micro_tile *tile)                                  \
    {                                                                                              \
        multiply_micro_tile(tile, tile->lda, 1, (thirds) * MICRO_THIRD, vectors);                  \
    }
PANEL_KERNEL(1, 1)
PANEL_KERNEL(1, 2)
PANEL_KERNEL(2, 1)
PANEL_KERNEL(2, 2)
PANEL_KERNEL(3, 1)
PANEL_KERNEL(3, 2)

/* By trans_a, height and width. */
static micro_kernel *const PANEL_KERNELS[2][3][MICRO_VECTORS] = {
    [MPB_NO_TRANS] = {{rows_1_1, rows_1_2}, {rows_2_1, rows_2_2}, {rows_3_1, rows_3_2}},
    [MPB_TRANS] = {
        {columns_1_1, columns_1_2}, {columns_2_1, columns_2_2}, {columns_3_1, columns_3_2}}};

void MPB_ISA_NAME(mpb_panels_pack)(mpb_transpose trans, int K, int N, const float *x, int ld,
                                   float *panels)
{
    const size_t size = (size_t)K * MICRO_NR;
    const size_t across = trans == MPB_TRANS ? (size_t)ld : 1;

    for (int n = 0; n < N; n += MICRO_NR, panels += size) {
        const size_t here = (size_t)(N - n < MICRO_NR ? N - n : MICRO_NR);
        const float *from = x + (size_t)n * across;

        if (here < MICRO_NR) {
            memset(panels, 0, size * sizeof(*panels));
        }
        if (trans == MPB_TRANS) {
            pack_rows(from, (size_t)ld, here, K, MICRO_NR, panels);
        } else if (here < MICRO_NR) {
            pack_columns(from, (size_t)ld, here, K, MICRO_NR, panels);
        } else {
            pack_columns(from, (size_t)ld, MICRO_NR, K, MICRO_NR, panels);
        }
    }
}

void MPB_ISA_NAME(mpb_panels_transpose)(int rows, int cols, const float *x, int ldx, float *y,
                                        int ldy)
{
    const int end = mpb_round_up(rows, MPB_PANEL_ROWS);

    pack_rows(x, (size_t)ldx, (size_t)rows, cols, (size_t)ldy, y);
    for (int c = 0; c < cols && rows < end; c++) {
        memset(y + (size_t)c * (size_t)ldy + (size_t)rows, 0, (size_t)(end - rows) * sizeof(*y));
    }
}

/* Columns [n, n + cols) of C, by one panel. */
static void multiply_panel(const mpb_panel_product *product, int n, int cols)
{
    const size_t lda = (size_t)product->lda;
    const size_t ldc = (size_t)product->ldc;
    const size_t across = product->trans_a == MPB_TRANS ? 1 : lda;
    micro_tile tile = {.kc = product->K,
                       .b = product->panels + (size_t)n * (size_t)product->K,
                       .lda = lda,
                       .alpha = product->alpha,
                       .add = product->add,
                       .ldc = ldc};

    for (int m = 0; m < product->M; m += MICRO_MR) {
        const int rows = product->M - m < MICRO_MR ? product->M - m : MICRO_MR;
        micro_kernel *kernel =
            PANEL_KERNELS[product->trans_a][(rows - 1) / MICRO_THIRD][(cols - 1) / MICRO_LANES];

        tile.a = product->a + (size_t)m * across;
        tile.c = product->c + (size_t)m * ldc + (size_t)n;
        multiply_some(kernel, &tile, rows, cols);
    }
}

void MPB_ISA_NAME(mpb_panels_multiply)(const mpb_panel_product *product)
{
    for (int n = 0; n < product->N; n += MICRO_NR) {
        multiply_panel(product, n, product->N - n < MICRO_NR ? product->N - n : MICRO_NR);
    }
}
