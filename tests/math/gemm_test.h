#pragma once

/* Products with guard bands, and the kernels that they are tried with. */

#include <stdbool.h>

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/math/blas.h"
#include "mpibert/math/gemm.h"
#include "tile_emulator.h"

enum { GUARD = 64, MAX_TEAM = 9 };

static const float GUARD_VALUE = 12345.0f;
static const mpb_transpose TRANSPOSES[] = {MPB_NO_TRANS, MPB_TRANS};

/* C lies between GUARD floats on both sides. */
typedef struct product {
    mpb_gemm_args args;
    float *a, *b, *guarded;
    float *c; /* args.c */
    size_t c_count;
} product;

static inline float *random_array(unsigned seed, size_t count)
{
    float *x = malloc((count > 0 ? count : 1) * sizeof *x);

    CHECK(x != NULL);
    for (size_t i = 0; i < count; i++) {
        x[i] = test_value(seed, (unsigned)i);
    }
    return x;
}

/* Floats from the first row to the end of the last one. */
static inline size_t extent(int rows, int cols, int ld)
{
    return rows == 0 || cols == 0 ? 0 : (size_t)(rows - 1) * (size_t)ld + (size_t)cols;
}

static inline void fill_output(product *p)
{
    for (size_t i = 0; i < p->c_count + 2 * GUARD; i++) {
        p->guarded[i] = GUARD_VALUE;
    }
    for (int m = 0; m < p->args.M; m++) {
        for (int n = 0; n < p->args.N; n++) {
            p->c[(size_t)m * (size_t)p->args.ldc + (size_t)n] =
                test_value(3, (unsigned)(m * 5000 + n));
        }
    }
}

/* Row distances exceed the rows, so a wrong one shows; operands end with their last element. */
static inline product product_make(int transposes, int M, int N, int K)
{
    product p = {.args = {.trans_a = TRANSPOSES[transposes / 2],
                          .trans_b = TRANSPOSES[transposes % 2],
                          .M = M,
                          .N = N,
                          .K = K,
                          .alpha = 0.5f,
                          .beta = 2.0f,
                          .ldc = N + 2}};
    int rows_a = p.args.trans_a == MPB_TRANS ? K : M;
    int rows_b = p.args.trans_b == MPB_TRANS ? N : K;
    int cols_a = M + K - rows_a;
    int cols_b = N + K - rows_b;

    p.args.lda = cols_a + 3;
    p.args.ldb = cols_b + 1;
    p.c_count = (size_t)M * (size_t)p.args.ldc;
    p.a = random_array(1, extent(rows_a, cols_a, p.args.lda));
    p.b = random_array(2, extent(rows_b, cols_b, p.args.ldb));
    p.guarded = random_array(3, p.c_count + 2 * GUARD);
    p.args.a = p.a;
    p.args.b = p.b;
    p.args.c = p.c = p.guarded + GUARD;
    fill_output(&p);
    return p;
}

static inline void product_clear(product *p)
{
    free(p->a);
    free(p->b);
    free(p->guarded);
}

static inline size_t index_a(const mpb_gemm_args *args, int m, int k)
{
    return args->trans_a == MPB_TRANS ? (size_t)k * (size_t)args->lda + (size_t)m
                                      : (size_t)m * (size_t)args->lda + (size_t)k;
}

static inline size_t index_b(const mpb_gemm_args *args, int k, int n)
{
    return args->trans_b == MPB_TRANS ? (size_t)n * (size_t)args->ldb + (size_t)k
                                      : (size_t)k * (size_t)args->ldb + (size_t)n;
}

/* Threads that are not bound, on whatever cores there are. */
static inline mpb_team team_make(int threads)
{
    mpb_team team;

    CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
    return team;
}

/* A context like `kind` with scratch for MAX_TEAM threads. */
static inline mpb_gemm_context context_make(const mpb_gemm_context *kind, const mpb_team *team)
{
    mpb_gemm_context context = *kind;
    void *scratch = NULL;

    CHECK_OK(mpb_memory_create(MAX_TEAM * mpb_gemm_scratch(), sizeof(float), "packing", &scratch));
    context.team = team;
    context.scratch = scratch;
    return context;
}

/* `kind` has kernel, instruction set and precision alone. */
typedef void kernel_test(const mpb_gemm_context *kind);

/* Our kernels with each instruction set of this machine. */
static inline void on_every_isa(kernel_test *test)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        test(&(mpb_gemm_context){.isa = (mpb_isa)isa});
    }
}

static inline void on_every_kernel(kernel_test *test)
{
    on_every_isa(test);
    test(&(mpb_gemm_context){.kernel = MPB_GEMM_BLAS});
}

/* The code for AMX tiles runs wherever the rest of it does, on an emulator if need be. */
static inline void on_dots_and_tiles(kernel_test *test)
{
    mpb_gemm_context kind = {
        .kernel = MPB_GEMM_DOTS, .isa = mpb_isa_best(), .precision = MPB_GEMM_BF16};

    if (!mpb_gemm_available(kind.kernel, kind.isa, kind.precision)) {
        return;
    }
    test(&kind);
    kind.kernel = MPB_GEMM_TILES;
    if (!mpb_gemm_available(kind.kernel, kind.isa, kind.precision)) {
        tile_emulator_install();
    }
    test(&kind);
}

/* Ours with factors in bf16. */
static inline void on_every_bf16_isa(kernel_test *test)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        test(&(mpb_gemm_context){.isa = (mpb_isa)isa, .precision = MPB_GEMM_BF16});
    }
    on_dots_and_tiles(test);
}

static inline void on_every_bf16_kernel(kernel_test *test)
{
    on_every_bf16_isa(test);
    test(&(mpb_gemm_context){.kernel = MPB_GEMM_BLAS, .precision = MPB_GEMM_BF16});
}
