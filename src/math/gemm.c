#include "mpibert/math/gemm.h"

#include <assert.h>
#include <cblas.h>

/* The columns are cut into panels that depend on the shape alone, the rows as the threads need it:
 * the kernels of some CPUs (OpenBLAS for AVX2) sum an element in an order that depends on how far
 * the last column is, but none where rows begin at multiples of 48, which holds whole micro-tiles
 * (16 x 24, 12 x 8, 16 x 4). */
enum { GRAIN = 48, PANEL = 768, ENOUGH_ROWS = 384 };

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

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

/* Products of few rows are cut into narrower panels, so that several threads find work. */
static int num_panels(const mpb_gemm_args *args, double max_tiles)
{
    int width = args->M >= ENOUGH_ROWS ? PANEL : 2 * (GRAIN + args->M / GRAIN * GRAIN);
    int panels = min_int(divide_up(args->N, width), num_grains(args->N));

    return panels < max_tiles ? panels : (int)max_tiles;
}

/* Time of a grid, in multiply-adds over K: the rounds that the threads need, each as long as a
 * tile with its packing. */
static double grid_time(const mpb_gemm_args *args, tile_grid grid, int threads)
{
    int rounds = divide_up(grid.rows * grid.cols, threads);
    double height = (double)divide_up(num_grains(args->M), grid.rows) * GRAIN;
    double width = (double)args->N / grid.cols;

    return rounds * (height * width + PACK_COST * (height + width));
}

static tile_grid best_grid(const mpb_gemm_args *args, int threads)
{
    double work = (double)args->M * args->N * args->K / MIN_TILE_WORK;
    double max_tiles = work > 1.0 ? work : 1.0;
    tile_grid best = {1, num_panels(args, max_tiles)};
    double best_time = grid_time(args, best, threads);

    for (int rows = 2; rows <= num_grains(args->M) && rows <= 2 * threads; rows++) {
        tile_grid candidate = {rows, best.cols};
        double time = grid_time(args, candidate, threads);

        if (rows * best.cols <= max_tiles && time < best_time) {
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
