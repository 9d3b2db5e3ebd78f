#include "gemm_own.h"

#if defined(__AMX_BF16__)
#include "gemm_by_tiles.h"
#else
#include "gemm_by_vectors.h"
#endif

/* Of blocks of A, and of a block of C that an epilogue gets: whole micro-tiles, together a quarter
 * of the second-level cache. */
enum { BLOCK_ROWS = GEMM_MC / MICRO_MR * MICRO_MR, FINISH_COLUMNS = 256 };

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static void multiply_tile(const micro_tile *tile, int rows, int cols)
{
    multiply_some(MICRO_KERNELS[(rows - 1) / MICRO_PART][(cols - 1) / MICRO_LANES], tile, rows,
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
        float *row = (float *)args->c + (size_t)m * (size_t)args->ldc;

        for (int n = 0; n < args->N; n++) {
            row[n] = args->beta == 0.0f ? 0.0f : args->beta * row[n];
        }
    }
}

/* Steps [k, k + kc) of the sum, for columns [n, n + nc) of C. */
typedef struct step {
    int n, nc;
    int k, kc;
    bool last;
} step;

/* Rows [m, m + mc) of C grow by a step whose factors are packed; what is then finished is still in
 * the second-level cache. */
static void multiply_rows(const gemm_tile *tile, const step *now, const micro_tile *packed, int m,
                          int mc)
{
    micro_tile corner = *packed;

    for (int n = 0; n < now->nc; n += FINISH_COLUMNS) {
        int cols = min_int(FINISH_COLUMNS, now->nc - n);

        corner.b = packed->b + (size_t)n * (size_t)packed->kc;
        corner.c = (float *)tile->args.c + (size_t)m * corner.ldc + (size_t)(now->n + n);
        multiply_block(&corner, mc, cols);
        if (now->last) {
            gemm_tile_finish(tile, m, mc, now->n + n, cols);
        }
        gemm_tile_pause(tile);
    }
}

static void multiply_step(const gemm_tile *tile, const step *now, float *scratch)
{
    const operand rows = gemm_rows_of_a(tile);
    const operand columns = gemm_columns_of_b(tile);
    float *a = scratch;
    float *b = a + (size_t)GEMM_MC * GEMM_KC;
    float *strip = b + (size_t)GEMM_NC * GEMM_KC;
    const operand block_of_b = operand_from(columns, now->n, now->k);
    const micro_tile packed = {.kc = micro_steps(now->kc),
                               .a = a,
                               .b = b,
                               .alpha = tile->args.alpha,
                               .add = now->k > 0 || tile->args.beta != 0.0f,
                               .ldc = (size_t)tile->args.ldc};

    pack_columns_of_b(&block_of_b, now->nc, now->kc, strip, b);
    for (int m = 0; m < tile->args.M; m += BLOCK_ROWS) {
        int mc = min_int(BLOCK_ROWS, tile->args.M - m);
        const operand block_of_a = operand_from(rows, m, now->k);

        pack_rows_of_a(&block_of_a, mc, now->kc, strip, a);
        multiply_rows(tile, now, &packed, m, mc);
    }
}

/* The sum is cut into equal blocks that depend on K alone, whole vectors for what makes factors. */
static int block_of_sum(int K)
{
    int steps = micro_steps(K);
    int blocks = (steps + GEMM_KC - 1) / GEMM_KC;

    return ((steps + blocks - 1) / blocks + 15) / 16 * 16 * MICRO_DEPTH;
}

static void multiply(const gemm_tile *tile, float *scratch)
{
    const int k_step = block_of_sum(tile->args.K);

    for (int n = 0; n < tile->args.N; n += GEMM_NC) {
        step now = {.n = n, .nc = min_int(GEMM_NC, tile->args.N - n)};

        for (int k = 0; k < tile->args.K; k += k_step) {
            now.k = k;
            now.kc = min_int(k_step, tile->args.K - k);
            now.last = k + now.kc == tile->args.K;
            multiply_step(tile, &now, scratch);
        }
    }
}

void MPB_ISA_NAME(mpb_gemm_own)(const gemm_tile *tile, float *scratch)
{
    const mpb_gemm_args *args = &tile->args;
    bool sums = args->K > 0 && args->alpha != 0.0f;

    if (!sums || (args->beta != 0.0f && args->beta != 1.0f)) {
        scale_output(args);
    }
    if (sums) {
        begin_micro_tiles();
        multiply(tile, scratch);
        end_micro_tiles();
    } else {
        gemm_tile_finish(tile, 0, args->M, 0, args->N);
    }
}
