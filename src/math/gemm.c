#include "mpibert/math/gemm.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "gemm_blas.h"
#include "gemm_grid.h"
#include "gemm_own.h"
#include "mpibert/math/blas.h"

/* Of a block of C that is computed in scratch: small enough for the second-level cache and what
 * follows it, large enough that packing its factors again does not matter. */
enum { BLOCK_ROWS = 480, BLOCK_COLUMNS = 768, BLOCK = BLOCK_ROWS * BLOCK_COLUMNS };

size_t mpb_gemm_scratch(void)
{
    return GEMM_PACKED + BLOCK;
}

static void multiply_floats(const mpb_gemm_context *context, const gemm_tile *tile, float *scratch)
{
    static gemm_own_fn *const own[] = {[MPB_ISA_PLAIN] = mpb_gemm_own_plain,
                                       [MPB_ISA_AVX2] = mpb_gemm_own_avx2,
                                       [MPB_ISA_AVX512] = mpb_gemm_own_avx512};
    static gemm_own_fn *const others[] = {[MPB_GEMM_BLAS] = gemm_blas_multiply,
                                          [MPB_GEMM_DOTS] = mpb_gemm_own_dots,
                                          [MPB_GEMM_TILES] = mpb_gemm_own_tiles};

    if (context->kernel == MPB_GEMM_OWN) {
        own[context->isa](tile, scratch);
    } else {
        others[context->kernel](tile, scratch);
    }
}

static void read_output(mpb_isa isa, const mpb_gemm_args *args, float *values)
{
    static mpb_bf16_widen_row_fn *const widen_row[] = {[MPB_ISA_PLAIN] = mpb_bf16_widen_row_plain,
                                                       [MPB_ISA_AVX2] = mpb_bf16_widen_row_avx2,
                                                       [MPB_ISA_AVX512] =
                                                           mpb_bf16_widen_row_avx512};

    for (int m = 0; m < args->M; m++) {
        widen_row[isa]((size_t)args->N, (const mpb_bf16 *)args->c + (size_t)m * (size_t)args->ldc,
                       values + (size_t)m * BLOCK_COLUMNS);
    }
}

static void write_output(mpb_isa isa, const mpb_gemm_args *args, const float *values)
{
    static mpb_bf16_round_row_fn *const round_row[] = {[MPB_ISA_PLAIN] = mpb_bf16_round_row_plain,
                                                       [MPB_ISA_AVX2] = mpb_bf16_round_row_avx2,
                                                       [MPB_ISA_AVX512] =
                                                           mpb_bf16_round_row_avx512};

    for (int m = 0; m < args->M; m++) {
        round_row[isa]((size_t)args->N, values + (size_t)m * BLOCK_COLUMNS,
                       (mpb_bf16 *)args->c + (size_t)m * (size_t)args->ldc);
    }
}

/* A block of C which is not kept as floats. */
static void multiply_block(const mpb_gemm_context *context, const gemm_tile *block, float *scratch)
{
    float *values = scratch + GEMM_PACKED;
    gemm_tile floats = *block;

    floats.args.type_c = MPB_GEMM_F32;
    floats.args.c = values;
    floats.args.ldc = BLOCK_COLUMNS;
    if (block->args.beta != 0.0f) {
        read_output(context->isa, &block->args, values);
    }
    multiply_floats(context, &floats, scratch);
    if (block->args.c != NULL) {
        write_output(context->isa, &block->args, values);
    }
}

static void multiply(const mpb_gemm_context *context, int thread, const gemm_tile *tile)
{
    float *scratch = context->scratch + (size_t)thread * mpb_gemm_scratch();
    gemm_grid grid;

    if (tile->args.c != NULL && tile->args.type_c == MPB_GEMM_F32) {
        multiply_floats(context, tile, scratch);
        return;
    }
    grid = gemm_grid_parts(&tile->args, BLOCK_ROWS, BLOCK_COLUMNS);
    for (int i = 0; i < grid.rows * grid.cols; i++) {
        const gemm_tile block = gemm_grid_tile(tile, &grid, i);

        multiply_block(context, &block, scratch);
    }
}

static bool takes_precision(mpb_gemm_kernel kernel, mpb_gemm_type precision)
{
    return precision == MPB_GEMM_BF16 || (kernel != MPB_GEMM_DOTS && kernel != MPB_GEMM_TILES);
}

void mpb_gemm_serial(const mpb_gemm_context *context, int thread, const mpb_gemm_args *args)
{
    const gemm_tile whole = {
        .args = *args, .precision = context->precision, .team = context->team, .thread = thread};

    assert(takes_precision(context->kernel, context->precision));
    assert(args->M >= 0 && args->N >= 0 && args->K >= 0);
    assert(args->c != NULL || args->beta == 0.0f);
    assert(thread >= 0 && thread < context->team->threads);

    if (args->M > 0 && args->N > 0) {
        multiply(context, thread, &whole);
    }
}

typedef struct gemm_run {
    const mpb_gemm_context *context;
    gemm_tile whole;
    gemm_grid grid;
} gemm_run;

static void multiply_tile(void *context, size_t task, int thread)
{
    const gemm_run *run = context;
    gemm_tile tile = gemm_grid_tile(&run->whole, &run->grid, (int)task);

    tile.team = run->context->team;
    tile.thread = thread;
    multiply(run->context, thread, &tile);
}

void mpb_gemm(const mpb_gemm_context *context, const mpb_gemm_args *args)
{
    int threads = context->team->threads;
    gemm_run run = {.context = context, .whole = {.args = *args, .precision = context->precision}};

    assert(takes_precision(context->kernel, context->precision));
    assert(args->c != NULL || args->beta == 0.0f);

    if (args->M == 0 || args->N == 0) {
        return;
    }
    run.grid = context->kernel == MPB_GEMM_BLAS
                   ? gemm_grid_blas(&run.whole, gemm_blas_steps(&run.whole), threads)
                   : gemm_grid_own(&run.whole, threads);
    mpb_team_run(context->team, (size_t)run.grid.rows * (size_t)run.grid.cols, multiply_tile, &run);
}

/* As many threads may use BLAS at once as there are cores. */
static bool blas_is_safe(void)
{
    return mpb_blas_has_room((int)sysconf(_SC_NPROCESSORS_ONLN));
}

bool mpb_gemm_available(mpb_gemm_kernel kernel, mpb_isa isa, mpb_gemm_type precision)
{
    return isa <= mpb_isa_best() && takes_precision(kernel, precision) &&
           (kernel != MPB_GEMM_BLAS || blas_is_safe()) &&
           (kernel != MPB_GEMM_DOTS || mpb_isa_has_bf16_dots(isa)) &&
           (kernel != MPB_GEMM_TILES || mpb_isa_has_bf16_tiles(isa));
}

static const char *const kernel_names[] = {[MPB_GEMM_OWN] = "own",
                                           [MPB_GEMM_BLAS] = "blas",
                                           [MPB_GEMM_DOTS] = "bf16-dots",
                                           [MPB_GEMM_TILES] = "bf16-tiles"};

const char *mpb_gemm_kernel_name(mpb_gemm_kernel kernel)
{
    return kernel_names[kernel];
}

bool mpb_gemm_kernel_find(const char *name, mpb_gemm_kernel *kernel)
{
    for (int i = MPB_GEMM_OWN; i <= MPB_GEMM_TILES; i++) {
        if (strcmp(kernel_names[i], name) == 0) {
            *kernel = (mpb_gemm_kernel)i;
            return true;
        }
    }
    return false;
}

const char *mpb_gemm_description(mpb_gemm_kernel kernel, mpb_isa isa)
{
    static const char *const own[] = {[MPB_ISA_PLAIN] = "SSE2 products of our own",
                                      [MPB_ISA_AVX2] = "AVX2 products of our own",
                                      [MPB_ISA_AVX512] = "AVX-512 products of our own"};

    switch (kernel) {
    case MPB_GEMM_BLAS:
        return mpb_blas_description();
    case MPB_GEMM_DOTS:
        return "AVX-512 dot products of bf16";
    case MPB_GEMM_TILES:
        return "AMX tiles of bf16";
    case MPB_GEMM_OWN:
        break;
    }
    return own[isa];
}
