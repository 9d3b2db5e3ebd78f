#include "mpibert/math/small_gemm.h"

#include "gemm_edge.h"
#include "gemm_micro.h"
#include "gemm_pack.h"

_Static_assert((int)MPB_SMALL_LANES == (int)MICRO_LANES && (int)MPB_SMALL_WIDTH == (int)MICRO_NR,
               "columns are those of micro-tiles");
_Static_assert(MPB_SMALL_ROWS % MICRO_PART == 0, "micro-tiles read whole steps of rows");

#define SMALL_KERNEL(thirds, vectors)                                                              \
    static void columns_##thirds##_##vectors(const micro_tile *tile)                               \
    {                                                                                              \
        multiply_micro_tile(tile, 1, tile->lda, tile->ldb, (thirds) * MICRO_PART, vectors);        \
    }                                                                                              \
    static void rows_##thirds##_##vectors(const micro_tile *tile)                                  \
    {                                                                                              \
        multiply_micro_tile(tile, tile->lda, 1, tile->ldb, (thirds) * MICRO_PART, vectors);        \
    }
SMALL_KERNEL(1, 1)
SMALL_KERNEL(1, 2)
SMALL_KERNEL(2, 1)
SMALL_KERNEL(2, 2)
SMALL_KERNEL(3, 1)
SMALL_KERNEL(3, 2)

/* By trans_a, height and width. */
static micro_kernel *const SMALL_KERNELS[2][3][MICRO_VECTORS] = {
    [MPB_NO_TRANS] = {{rows_1_1, rows_1_2}, {rows_2_1, rows_2_2}, {rows_3_1, rows_3_2}},
    [MPB_TRANS] = {
        {columns_1_1, columns_1_2}, {columns_2_1, columns_2_2}, {columns_3_1, columns_3_2}}};

/* Columns [n, n + cols) of C. */
static void multiply_columns(const mpb_small_gemm_args *args, int n, int cols)
{
    const size_t across = args->trans_a == MPB_TRANS ? 1 : (size_t)args->lda;
    micro_tile tile = {.kc = args->K,
                       .b = args->b + n,
                       .lda = (size_t)args->lda,
                       .ldb = (size_t)args->ldb,
                       .alpha = args->alpha,
                       .add = args->add,
                       .ldc = (size_t)args->ldc};

    for (int m = 0; m < args->M; m += MICRO_MR) {
        const int rows = args->M - m < MICRO_MR ? args->M - m : MICRO_MR;
        micro_kernel *kernel =
            SMALL_KERNELS[args->trans_a][(rows - 1) / MICRO_PART][(cols - 1) / MICRO_LANES];

        tile.a = args->a + (size_t)m * across;
        tile.c = args->c + (size_t)m * tile.ldc + (size_t)n;
        multiply_some(kernel, &tile, rows, cols);
    }
}

void MPB_ISA_NAME(mpb_small_gemm)(const mpb_small_gemm_args *args)
{
    for (int n = 0; n < args->N; n += MICRO_NR) {
        multiply_columns(args, n, args->N - n < MICRO_NR ? args->N - n : MICRO_NR);
    }
}

void MPB_ISA_NAME(mpb_small_transpose)(int rows, int cols, const float *x, int ldx, float *y,
                                       int ldy)
{
    pack_rows(x, (size_t)ldx, (size_t)rows, cols, (size_t)ldy, y);
}
