#include "gemm_grid.h"

#include "gemm_own.h"

/* BLAS: the columns are cut into panels that depend on the shape alone, the rows as the threads
 * need it: the kernels of some CPUs (OpenBLAS for AVX2) sum an element in an order that depends on
 * how far the last column is, but none where rows begin at multiples of 48, which holds whole
 * micro-tiles (16 x 24, 12 x 8, 16 x 4). */
enum { BLAS_GRAIN = 48, BLAS_PANEL = 768, ENOUGH_ROWS = 384 };

/* Ours: whole micro-tiles of all instruction sets. */
enum { OWN_ROW_GRAIN = 24, OWN_COLUMN_GRAIN = 32 };

/* Multiply-adds below which a tile is not worth its own call. OpenBLAS also changes to another
 * kernel below 1e6: the smallest tile of a grid is at least a quarter of the mean one, so no tile
 * of a large product gets there. */
static const double BLAS_MIN_WORK = 4194304.0;
static const double OWN_MIN_WORK = 1048576.0;

/* What packing one element costs, in multiply-adds, and making it before that. */
static const double PACK_COST = 8.0;
static const double MAKE_COST = 64.0;

/* Grains along a side; the last one also takes what is left over. */
static int num_grains(int side, int grain)
{
    return side < grain ? 1 : side / grain;
}

int gemm_part_begin(int side, int grain, int parts, int index)
{
    if (index == parts) {
        return side;
    }
    return (int)((long)num_grains(side, grain) * index / parts) * grain;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

static double max_tiles(const mpb_gemm_args *args, double min_work)
{
    double tiles = (double)args->M * args->N * args->K / min_work;

    return tiles > 1.0 ? tiles : 1.0;
}

static double pack_cost(const mpb_gemm_prologue *prologue)
{
    return prologue->make == NULL ? PACK_COST : PACK_COST + MAKE_COST;
}

/* Time of a grid, in multiply-adds over K: the rounds that the threads need, each as long as the
 * largest tile, whose rows of A are packed `a_packs` times. */
static double grid_time(const mpb_gemm_args *args, const gemm_grid *grid, int threads, int a_packs)
{
    int rounds = divide_up(grid->rows * grid->cols, threads);
    double height =
        (double)divide_up(num_grains(args->M, grid->row_grain), grid->rows) * grid->row_grain;
    double width =
        (double)divide_up(num_grains(args->N, grid->column_grain), grid->cols) * grid->column_grain;

    return rounds * (height * width + pack_cost(&args->prologue_a) * height * a_packs +
                     pack_cost(&args->prologue_b) * width);
}

/* Makes *best the grid with the number of rows, up to two rounds' worth, that takes least time. */
static double choose_rows(const mpb_gemm_args *args, int threads, double tiles, int a_packs,
                          gemm_grid *best)
{
    gemm_grid grid = *best;
    double best_time = grid_time(args, best, threads, a_packs);

    for (grid.rows = 2; grid.rows <= num_grains(args->M, grid.row_grain) &&
                        grid.rows <= 2 * threads && grid.rows * grid.cols <= tiles;
         grid.rows++) {
        double time = grid_time(args, &grid, threads, a_packs);

        if (time < best_time) {
            *best = grid;
            best_time = time;
        }
    }
    return best_time;
}

/* Products of few rows are cut into narrower panels, so that several threads find work. */
static int num_panels(const mpb_gemm_args *args, double tiles)
{
    int width =
        args->M >= ENOUGH_ROWS ? BLAS_PANEL : 2 * (BLAS_GRAIN + args->M / BLAS_GRAIN * BLAS_GRAIN);
    int panels = min_int(divide_up(args->N, width), num_grains(args->N, BLAS_GRAIN));

    return panels < tiles ? panels : (int)tiles;
}

gemm_grid gemm_grid_blas(const gemm_tile *whole, int steps, int threads)
{
    const mpb_gemm_args *args = &whole->args;
    double tiles = max_tiles(args, BLAS_MIN_WORK * steps);
    gemm_grid grid = {1, num_panels(args, tiles), BLAS_GRAIN, BLAS_GRAIN};

    (void)choose_rows(args, threads, tiles, 1, &grid);
    return grid;
}

gemm_grid gemm_grid_own(const gemm_tile *whole, int threads)
{
    const mpb_gemm_args *args = &whole->args;
    double tiles = max_tiles(args, OWN_MIN_WORK);
    gemm_grid best = {1, 1, OWN_ROW_GRAIN, OWN_COLUMN_GRAIN};
    double best_time = 0.0;

    for (int cols = 1;
         cols <= num_grains(args->N, OWN_COLUMN_GRAIN) && cols <= 2 * threads && cols <= tiles;
         cols++) {
        gemm_grid grid = {1, cols, OWN_ROW_GRAIN, OWN_COLUMN_GRAIN};
        double time = choose_rows(args, threads, tiles, divide_up(args->N / cols, GEMM_NC), &grid);

        if (cols == 1 || time < best_time) {
            best = grid;
            best_time = time;
        }
    }
    return best;
}

/* The last part takes what is left over, less than one grain. */
gemm_grid gemm_grid_parts(const mpb_gemm_args *args, int rows, int cols)
{
    return (gemm_grid){.rows = divide_up(num_grains(args->M, BLAS_GRAIN), rows / BLAS_GRAIN - 1),
                       .cols = divide_up(num_grains(args->N, BLAS_GRAIN), cols / BLAS_GRAIN - 1),
                       .row_grain = BLAS_GRAIN,
                       .column_grain = BLAS_GRAIN};
}

gemm_tile gemm_grid_tile(const gemm_tile *whole, const gemm_grid *grid, int index)
{
    const mpb_gemm_args *args = &whole->args;
    int row = index / grid->cols;
    int col = index % grid->cols;
    int m = gemm_part_begin(args->M, grid->row_grain, grid->rows, row);
    int n = gemm_part_begin(args->N, grid->column_grain, grid->cols, col);
    gemm_tile tile = *whole;

    tile.row += m;
    tile.col += n;
    tile.args.M = gemm_part_begin(args->M, grid->row_grain, grid->rows, row + 1) - m;
    tile.args.N = gemm_part_begin(args->N, grid->column_grain, grid->cols, col + 1) - n;
    tile.args.a = operand_from(gemm_rows_of_a(whole), m, 0).x;
    tile.args.b = operand_from(gemm_columns_of_b(whole), n, 0).x;
    if (args->c != NULL) {
        tile.args.c =
            (void *)gemm_element(args->c, args->type_c, (size_t)m * (size_t)args->ldc + (size_t)n);
    }
    return tile;
}
