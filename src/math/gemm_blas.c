#include "gemm_blas.h"

#include <cblas.h>

#include "gemm_grid.h"
#include "gemm_own.h"

/* Blocks that are made of both operands: whole grains, together GEMM_PACKED floats at most. */
enum { KC = 384, ROWS = 480, COLUMNS = 960 };

_Static_assert(KC *(ROWS + COLUMNS) <= GEMM_PACKED, "blocks of operands fit into the scratch");

static CBLAS_TRANSPOSE cblas_transpose(bool transposed)
{
    return transposed ? CblasTrans : CblasNoTrans;
}

/* C = alpha op(A) op(B) + beta C */
static void multiply(const mpb_gemm_args *size, const operand *a, const operand *b, float beta,
                     float *c)
{
    cblas_sgemm(CblasRowMajor, cblas_transpose(!a->rows_across), cblas_transpose(b->rows_across),
                size->M, size->N, size->K, size->alpha, a->x, (int)a->ld, b->x, (int)b->ld, beta, c,
                size->ldc);
}

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

/* The sum is cut into equal blocks that depend on K alone. */
static int num_steps(int K)
{
    return K > KC ? divide_up(K, KC) : 1;
}

/* Whether BLAS can read it where it is. */
static bool is_ready(const operand *from)
{
    return operand_is_plain(from) && !operand_rounds(from);
}

static operand make_factors(const operand *from, int count, int kc, float *memory)
{
    const operand made = operand_expand(from, count, kc, memory);

    if (operand_rounds(from)) {
        round_values((size_t)count * (size_t)kc, memory);
    }
    return made;
}

int gemm_blas_steps(const gemm_tile *tile)
{
    const operand a = gemm_rows_of_a(tile);
    const operand b = gemm_columns_of_b(tile);

    return is_ready(&a) && is_ready(&b) ? 1 : num_steps(tile->args.K);
}

/* A part of C that both blocks of operands cover. */
static void multiply_made(const gemm_tile *part, float *scratch)
{
    const operand rows = gemm_rows_of_a(part);
    const operand columns = gemm_columns_of_b(part);
    const int steps = num_steps(part->args.K);
    mpb_gemm_args size = part->args;

    for (int step = 0; step < steps; step++) {
        int k = gemm_part_begin(part->args.K, 1, steps, step);
        operand a = operand_from(rows, 0, k);
        operand b = operand_from(columns, 0, k);

        size.K = gemm_part_begin(part->args.K, 1, steps, step + 1) - k;
        a = make_factors(&a, size.M, size.K, scratch);
        b = make_factors(&b, size.N, size.K, scratch + (size_t)ROWS * KC);
        multiply(&size, &a, &b, step == 0 ? size.beta : 1.0f, size.c);
    }
}

void gemm_blas_multiply(const gemm_tile *tile, float *scratch)
{
    const operand a = gemm_rows_of_a(tile);
    const operand b = gemm_columns_of_b(tile);
    const mpb_gemm_args *args = &tile->args;
    gemm_grid grid = gemm_grid_parts(args, ROWS, COLUMNS);

    if (is_ready(&a) && is_ready(&b)) {
        multiply(args, &a, &b, args->beta, args->c);
        gemm_tile_finish(tile, 0, args->M, 0, args->N);
        return;
    }
    for (int i = 0; i < grid.rows * grid.cols; i++) {
        const gemm_tile part = gemm_grid_tile(tile, &grid, i);

        multiply_made(&part, scratch);
        gemm_tile_finish(&part, 0, part.args.M, 0, part.args.N);
    }
}
