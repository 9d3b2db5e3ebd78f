#include <math.h>
#include <time.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/gemm.h"

/* Rows of tokens times a square weight, as in a small encoder: some milliseconds a product. */
enum { ROWS = 256, SIDE = 512, ROUNDS = 5, KERNELS = MPB_GEMM_TILES + 1 };

/* How much faster another kernel must be: more than chance on a busy machine. */
static const double CLEARLY = 1.15;

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

/* The best of some rounds in which all take turns; the first one warms up. */
static void time_kernels(mpb_gemm_context *context, const float *x, const float *w, float *y,
                         double best[KERNELS])
{
    for (int round = 0; round <= ROUNDS; round++) {
        for (int kernel = 0; kernel < KERNELS; kernel++) {
            double time = is_available(context, kernel)
                              ? time_product(context, (mpb_gemm_kernel)kernel, x, w, y)
                              : HUGE_VAL;

            if (round <= 1 || time < best[kernel]) {
                best[kernel] = time;
            }
        }
    }
}

static mpb_gemm_kernel fastest(const double best[KERNELS])
{
    int chosen = MPB_GEMM_OWN;

    for (int kernel = 0; kernel < KERNELS; kernel++) {
        if (best[kernel] * CLEARLY < best[MPB_GEMM_OWN] && best[kernel] < best[chosen]) {
            chosen = kernel;
        }
    }
    return (mpb_gemm_kernel)chosen;
}

mpb_status mpb_gemm_calibrate(mpb_isa isa, mpb_gemm_type precision, mpb_gemm_kernel *kernel)
{
    const mpb_team alone = {.threads = 1};
    const size_t x = (size_t)ROWS * SIDE;
    const size_t w = (size_t)SIDE * SIDE;
    mpb_gemm_context context = {.team = &alone, .isa = isa, .precision = precision};
    double best[KERNELS];
    void *block = NULL;
    float *floats;

    MPB_TRY(mpb_memory_create(2 * x + w + mpb_gemm_scratch(), sizeof(float),
                              "measuring matrix products", &block));
    floats = block;
    context.scratch = floats + 2 * x + w;
    time_kernels(&context, floats, floats + 2 * x, floats + x, best);
    *kernel = fastest(best);
    mpb_memory_destroy(block);
    return MPB_OK;
}
