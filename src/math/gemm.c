#include "mpibert/math/gemm.h"

#include <assert.h>
#include <cblas.h>

#include "gemm_grid.h"
#include "gemm_own.h"
#include "mpibert/math/blas.h"

typedef struct tile_context {
    const mpb_gemm_context *gemm;
    const mpb_gemm_args *args;
    gemm_grid grid;
} tile_context;

size_t mpb_gemm_scratch(void)
{
    return GEMM_SCRATCH;
}

static CBLAS_TRANSPOSE cblas_transpose(mpb_transpose trans)
{
    return trans == MPB_TRANS ? CblasTrans : CblasNoTrans;
}

static void multiply_by_blas(const mpb_gemm_args *args)
{
    cblas_sgemm(CblasRowMajor, cblas_transpose(args->trans_a), cblas_transpose(args->trans_b),
                args->M, args->N, args->K, args->alpha, args->a, args->lda, args->b, args->ldb,
                args->beta, args->c, args->ldc);
}

static void multiply_by_own(mpb_isa isa, const mpb_gemm_args *args, float *scratch)
{
    static gemm_own_fn *const kernels[] = {[MPB_ISA_PLAIN] = mpb_gemm_own_plain,
                                           [MPB_ISA_AVX2] = mpb_gemm_own_avx2,
                                           [MPB_ISA_AVX512] = mpb_gemm_own_avx512};

    kernels[isa](args, scratch);
}

void mpb_gemm_serial(const mpb_gemm_context *context, int thread, const mpb_gemm_args *args)
{
    assert(args->M >= 0 && args->N >= 0 && args->K >= 0);
    assert(thread >= 0 && thread < context->team->threads);

    if (args->M == 0 || args->N == 0) {
        return;
    }
    if (context->kernel == MPB_GEMM_BLAS) {
        multiply_by_blas(args);
    } else {
        multiply_by_own(context->isa, args, context->scratch + (size_t)thread * GEMM_SCRATCH);
    }
}

/* Element (row, col) of op(X), where X is stored with row distance ld. */
static const float *operand_at(const float *x, int ld, mpb_transpose trans, int row, int col)
{
    size_t stored_row = (size_t)(trans == MPB_TRANS ? col : row);
    size_t stored_col = (size_t)(trans == MPB_TRANS ? row : col);

    return x + stored_row * (size_t)ld + stored_col;
}

static void multiply_tile(void *context, size_t task, int thread)
{
    const tile_context *tiles = context;
    const gemm_grid *grid = &tiles->grid;
    mpb_gemm_args tile = *tiles->args;
    int row = (int)task / grid->cols;
    int col = (int)task % grid->cols;
    int m = gemm_part_begin(tile.M, grid->row_grain, grid->rows, row);
    int n = gemm_part_begin(tile.N, grid->column_grain, grid->cols, col);

    tile.M = gemm_part_begin(tile.M, grid->row_grain, grid->rows, row + 1) - m;
    tile.N = gemm_part_begin(tile.N, grid->column_grain, grid->cols, col + 1) - n;
    tile.a = operand_at(tile.a, tile.lda, tile.trans_a, m, 0);
    tile.b = operand_at(tile.b, tile.ldb, tile.trans_b, 0, n);
    tile.c += (size_t)m * (size_t)tile.ldc + (size_t)n;
    mpb_gemm_serial(tiles->gemm, thread, &tile);
}

void mpb_gemm(const mpb_gemm_context *context, const mpb_gemm_args *args)
{
    int threads = context->team->threads;
    tile_context tiles = {.gemm = context, .args = args};

    if (args->M == 0 || args->N == 0) {
        return;
    }
    tiles.grid = context->kernel == MPB_GEMM_BLAS ? gemm_grid_blas(args, threads)
                                                  : gemm_grid_own(args, threads);
    mpb_team_run(context->team, (size_t)tiles.grid.rows * (size_t)tiles.grid.cols, multiply_tile,
                 &tiles);
}

const char *mpb_gemm_description(mpb_gemm_kernel kernel, mpb_isa isa)
{
    static const char *const own[] = {[MPB_ISA_PLAIN] = "SSE2 products of our own",
                                      [MPB_ISA_AVX2] = "AVX2 products of our own",
                                      [MPB_ISA_AVX512] = "AVX-512 products of our own"};

    return kernel == MPB_GEMM_BLAS ? mpb_blas_description() : own[isa];
}
