#include "gemm_calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/gemm.h"

/* Rows of tokens times a square weight, as in a small encoder: some milliseconds a product. */
enum { ROWS = 256, SIDE = 512, ROUNDS = 5 };

/* How much faster another kernel must be: more than chance on a busy machine. */
static const double CLEARLY = 1.25;

/* Of the calling thread, without what others take; seconds. */
static double thread_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* x (ROWS, SIDE) times the transpose of w (SIDE, SIDE); seconds */
static double time_product(mpb_gemm_context *context, mpb_gemm_kernel kernel, const float *x,
                           const float *w, float *y)
{
    const mpb_gemm_args args = {.trans_b = MPB_TRANS,
                                .M = ROWS,
                                .N = SIDE,
                                .K = SIDE,
                                .alpha = 1.0f,
                                .a = x,
                                .lda = SIDE,
                                .b = w,
                                .ldb = SIDE,
                                .c = y,
                                .ldc = SIDE};
    double start = thread_time();

    context->kernel = kernel;
    mpb_gemm_serial(context, 0, &args);
    return thread_time() - start;
}

static bool is_available(const mpb_gemm_context *context, int kernel)
{
    return mpb_gemm_available((mpb_gemm_kernel)kernel, context->isa, context->precision);
}

static int compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The medians of rounds in which all kernels take turns; the first round warms up. */
static void time_kernels(mpb_gemm_context *context, const float *x, const float *w, float *y,
                         double medians[GEMM_KERNELS])
{
    double times[GEMM_KERNELS][ROUNDS + 1];

    for (int round = 0; round <= ROUNDS; round++) {
        for (int kernel = 0; kernel < GEMM_KERNELS; kernel++) {
            if (is_available(context, kernel)) {
                times[kernel][round] = time_product(context, (mpb_gemm_kernel)kernel, x, w, y);
            }
        }
    }
    for (int kernel = 0; kernel < GEMM_KERNELS; kernel++) {
        medians[kernel] = HUGE_VAL;
        if (is_available(context, kernel)) {
            qsort(times[kernel] + 1, ROUNDS, sizeof(times[kernel][0]), compare_times);
            medians[kernel] = times[kernel][1 + ROUNDS / 2];
        }
    }
}

/* Each one challenges what has won so far. */
mpb_gemm_kernel gemm_winner(const double medians[GEMM_KERNELS])
{
    static const mpb_gemm_kernel challengers[] = {MPB_GEMM_TILES, MPB_GEMM_DOTS, MPB_GEMM_BLAS};
    mpb_gemm_kernel chosen = MPB_GEMM_OWN;

    for (size_t i = 0; i < sizeof(challengers) / sizeof(challengers[0]); i++) {
        if (medians[challengers[i]] * CLEARLY < medians[chosen]) {
            chosen = challengers[i];
        }
    }
    return chosen;
}

/* What wins must win twice in a row. */
static mpb_gemm_kernel measure(mpb_gemm_context *context, const float *x, const float *w, float *y)
{
    double medians[GEMM_KERNELS];
    mpb_gemm_kernel first;

    time_kernels(context, x, w, y, medians);
    first = gemm_winner(medians);
    if (first == MPB_GEMM_OWN) {
        return first;
    }
    time_kernels(context, x, w, y, medians);
    return gemm_winner(medians) == first ? first : MPB_GEMM_OWN;
}

mpb_status mpb_gemm_calibrate(mpb_isa isa, mpb_gemm_type precision, mpb_gemm_kernel *kernel)
{
    const mpb_team alone = {.threads = 1};
    const size_t x = (size_t)ROWS * SIDE;
    const size_t w = (size_t)SIDE * SIDE;
    mpb_gemm_context context = {.team = &alone, .isa = isa, .precision = precision};
    void *block = NULL;
    float *floats;

    MPB_TRY(mpb_memory_create(2 * x + w + mpb_gemm_scratch(), sizeof(float),
                              "measuring matrix products", &block));
    floats = block;
    context.scratch = floats + 2 * x + w;
    *kernel = measure(&context, floats, floats + 2 * x, floats + x);
    mpb_memory_destroy(block);
    return MPB_OK;
}
