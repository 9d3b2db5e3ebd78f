#include "mpibert/math/gemm.h"

#include <assert.h>
#include <cblas.h>

/* Tiles begin at multiples of 48, which holds whole micro-tiles of the usual kernels (16 x 24,
 * 8 x 12, 16 x 4), so an element is computed in the same way whatever the grid. */
enum { GRAIN = 48 };

/* Multiply-adds below which a tile is not worth its own call. OpenBLAS also changes to another
 * kernel below 1e6: the smallest tile of a grid is at least a quarter of the mean one, so no tile
 * of a large product gets there. */
static const double MIN_TILE_WORK = 4194304.0;

/* What packing one element costs, in multiply-adds. */
static const double PACK_COST = 8.0;

typedef struct tile_grid {
    int rows, cols; /* tiles along M and N */
} tile_grid;

typedef struct tile_context {
    const mpb_gemm_args *args;
    tile_grid grid;
} tile_context;

static CBLAS_TRANSPOSE cblas_transpose(mpb_transpose trans)
{
    return trans == MPB_TRANS ? CblasTrans : CblasNoTrans;
}

void mpb_gemm_serial(const mpb_gemm_args *args)
{
    assert(args->M >= 0 && args->N >= 0 && args->K >= 0);

    if (args->M == 0 || args->N == 0) {
        return;
    }
    cblas_sgemm(CblasRowMajor, cblas_transpose(args->trans_a), cblas_transpose(args->trans_b),
                args->M, args->N, args->K, args->alpha, args->a, args->lda, args->b, args->ldb,
                args->beta, args->c, args->ldc);
}

/* Grains along a side; the last one also takes what is left over. */
static int num_grains(int side)
{
    return side < GRAIN ? 1 : side / GRAIN;
}

/* Where part `index` of `parts` begins on a side; index == parts gives the end. */
static int part_begin(int side, int parts, int index)
{
    if (index == parts) {
        return side;
    }
    return (int)((long)num_grains(side) * index / parts) * GRAIN;
}

/* The length of the longest part, up to the remainder of the last grain. */
static double longest_part(int side, int parts)
{
    int grains = num_grains(side);

    return grains == 1 ? side : (double)((grains + parts - 1) / parts) * GRAIN;
}

/* Time of a grid, in multiply-adds over K: the rounds that the threads need, each as long as the
 * largest tile with its packing. */
static double grid_time(const mpb_gemm_args *args, tile_grid grid, int threads)
{
    int rounds = (grid.rows * grid.cols + threads - 1) / threads;
    double height = longest_part(args->M, grid.rows);
    double width = longest_part(args->N, grid.cols);

    return rounds * (height * width + PACK_COST * (height + width));
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

/* The fastest grid with one tile a thread, or fewer where the product is small. */
static tile_grid best_grid(const mpb_gemm_args *args, int threads)
{
    double tiles = (double)args->M * args->N * args->K / MIN_TILE_WORK;
    int wanted = tiles < threads ? (int)tiles : threads;
    int max_rows = min_int(num_grains(args->M), wanted);
    tile_grid best = {1, 1};
    double best_time = grid_time(args, best, threads);

    for (int rows = 1; rows <= max_rows; rows++) {
        tile_grid candidate = {rows, min_int(num_grains(args->N), (wanted + rows - 1) / rows)};
        double time = grid_time(args, candidate, threads);

        if (time < best_time) {
            best = candidate;
            best_time = time;
        }
    }
    return best;
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
    mpb_gemm_args tile = *tiles->args;
    int row = (int)task / tiles->grid.cols;
    int col = (int)task % tiles->grid.cols;
    int m = part_begin(tile.M, tiles->grid.rows, row);
    int n = part_begin(tile.N, tiles->grid.cols, col);

    (void)thread;
    tile.M = part_begin(tile.M, tiles->grid.rows, row + 1) - m;
    tile.N = part_begin(tile.N, tiles->grid.cols, col + 1) - n;
    tile.a = operand_at(tile.a, tile.lda, tile.trans_a, m, 0);
    tile.b = operand_at(tile.b, tile.ldb, tile.trans_b, 0, n);
    tile.c += (size_t)m * (size_t)tile.ldc + (size_t)n;
    mpb_gemm_serial(&tile);
}

void mpb_gemm(const mpb_team *team, const mpb_gemm_args *args)
{
    tile_context tiles = {.args = args, .grid = best_grid(args, team->threads)};

    mpb_team_run(team, (size_t)tiles.grid.rows * (size_t)tiles.grid.cols, multiply_tile, &tiles);
}
