#include "gemm_own.h"

#include "gemm_edge.h"
#include "gemm_micro.h"
#include "gemm_pack.h"

#define MICRO_KERNEL(thirds, vectors)                                                              \
    static void micro_##thirds##_##vectors(const micro_tile *tile)                                 \
    {                                                                                              \
        multiply_micro_tile(tile, 1, MICRO_MR, MICRO_NR, (thirds) * MICRO_THIRD, vectors);         \
    }
MICRO_KERNEL(1, 1)
MICRO_KERNEL(1, 2)
MICRO_KERNEL(2, 1)
MICRO_KERNEL(2, 2)
MICRO_KERNEL(3, 1)
MICRO_KERNEL(3, 2)

static micro_kernel *const MICRO_KERNELS[3][MICRO_VECTORS] = {
    {micro_1_1, micro_1_2}, {micro_2_1, micro_2_2}, {micro_3_1, micro_3_2}};

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static void multiply_tile(const micro_tile *tile, int rows, int cols)
{
    multiply_some(MICRO_KERNELS[(rows - 1) / MICRO_THIRD][(cols - 1) / MICRO_LANES], tile, rows,
                  cols);
}

/* The block of C that a packed block of A (mc, kc) and one of B (kc, nc) give; `tile` has its
 * corner. */
static void multiply_block(const micro_tile *corner, int mc, int nc)
{
    micro_tile tile = *corner;

    for (int n = 0; n < nc; n += MICRO_NR) {
        tile.b = corner->b + (size_t)n * (size_t)tile.kc;
        for (int m = 0; m < mc; m += MICRO_MR) {
            tile.a = corner->a + (size_t)m * (size_t)tile.kc;
            tile.c = corner->c + (size_t)m * tile.ldc + (size_t)n;
            multiply_tile(&tile, min_int(MICRO_MR, mc - m), min_int(MICRO_NR, nc - n));
        }
    }
}

/* C = beta C */
static void scale_output(const mpb_gemm_args *args)
{
    for (int m = 0; m < args->M; m++) {
        float *row = args->c + (size_t)m * (size_t)args->ldc;

        for (int n = 0; n < args->N; n++) {
            row[n] = args->beta == 0.0f ? 0.0f : args->beta * row[n];
        }
    }
}

/* Rows of A across: op(A) is (M, K). */
static operand rows_of_a(const mpb_gemm_args *args)
{
    size_t ld = (size_t)args->lda;

    return args->trans_a == MPB_TRANS ? (operand){args->a, 1, ld} : (operand){args->a, ld, 1};
}

/* Columns of B across: op(B) is (K, N). */
static operand columns_of_b(const mpb_gemm_args *args)
{
    size_t ld = (size_t)args->ldb;

    return args->trans_b == MPB_TRANS ? (operand){args->b, ld, 1} : (operand){args->b, 1, ld};
}

/* Columns [n, n + nc) of C grow by what steps [k, k + kc) of the sum give. */
static void multiply_columns(const mpb_gemm_args *args, float *scratch, int n, int nc, int k,
                             int kc)
{
    float *a = scratch;
    float *b = scratch + (size_t)GEMM_MC * GEMM_KC;
    micro_tile corner = {.kc = kc,
                         .a = a,
                         .b = b,
                         .alpha = args->alpha,
                         .add = k > 0 || args->beta != 0.0f,
                         .ldc = (size_t)args->ldc};

    pack_panels(operand_from(columns_of_b(args), (size_t)n, (size_t)k), (size_t)nc, kc, MICRO_NR,
                b);
    for (int m = 0; m < args->M; m += GEMM_MC) {
        int mc = min_int(GEMM_MC, args->M - m);

        pack_panels(operand_from(rows_of_a(args), (size_t)m, (size_t)k), (size_t)mc, kc, MICRO_MR,
                    a);
        corner.c = args->c + (size_t)m * corner.ldc + (size_t)n;
        multiply_block(&corner, mc, nc);
    }
}

/* The sum is cut into equal blocks that depend on K alone, whole groups of four for packing. */
static int block_of_sum(int K)
{
    int blocks = (K + GEMM_KC - 1) / GEMM_KC;

    return ((K + blocks - 1) / blocks + 3) / 4 * 4;
}

void MPB_ISA_NAME(mpb_gemm_own)(const mpb_gemm_args *args, float *scratch)
{
    bool sums = args->K > 0 && args->alpha != 0.0f;
    int k_step = sums ? block_of_sum(args->K) : 1;

    if (!sums || (args->beta != 0.0f && args->beta != 1.0f)) {
        scale_output(args);
    }
    for (int n = 0; n < args->N && sums; n += GEMM_NC) {
        int nc = min_int(GEMM_NC, args->N - n);

        for (int k = 0; k < args->K; k += k_step) {
            multiply_columns(args, scratch, n, nc, k, min_int(k_step, args->K - k));
        }
    }
}
