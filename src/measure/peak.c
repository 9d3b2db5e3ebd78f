#include "peak.h"

#include <math.h>

#include "fill.h"
#include "mpibert/core/memory.h"
#include "mpibert/math/gemm.h"
#include "peak_loops.h"
#include "timing.h"

enum { ROUNDS = 1 << 21, SMALLEST_PRODUCT = 512, LARGEST_PRODUCT = 4096, SPACING = 64 };

static const double PRODUCT_SECONDS = 0.5;

typedef struct fma_work {
    const mpb_team *team;
    const peak_loops *loops;
    float *results; /* (threads, SPACING) */
} fma_work;

static void run_chains(void *context, size_t task, int thread)
{
    const fma_work *work = context;

    (void)thread;
    work->results[task * SPACING] = work->loops->multiply_add(ROUNDS);
}

static mpb_status multiply_and_add(void *context)
{
    const fma_work *work = context;

    mpb_team_run(work->team, (size_t)work->team->threads, run_chains, context);
    return MPB_OK;
}

mpb_status mpb_peak_fma(const mpb_comm *comm, const mpb_team *team, mpb_isa isa, int samples,
                        double *flops_per_second)
{
    fma_work work = {.team = team, .loops = peak_loops_for(isa)};
    const mpb_timed timed = {multiply_and_add, &work};
    mpb_timing timing;
    void *results = NULL;
    mpb_status status = mpb_memory_create((size_t)team->threads * SPACING, sizeof(float),
                                          "the results of multiply-adds", &results);

    work.results = results;
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = mpb_timing_take(comm, &timed, samples, &timing);
    }
    mpb_memory_destroy(results);
    MPB_TRY(status);
    *flops_per_second =
        work.loops->flops_of_round * ROUNDS * team->threads * mpb_comm_size(comm) / timing.best;
    return MPB_OK;
}

static mpb_status multiply(void *context)
{
    const mpb_gemm_peak *peak = context;
    const int N = peak->size;

    mpb_gemm(&peak->products, &(mpb_gemm_args){.M = N,
                                               .N = N,
                                               .K = N,
                                               .alpha = 1.0f,
                                               .a = peak->a,
                                               .lda = N,
                                               .b = peak->b,
                                               .ldb = N,
                                               .c = peak->c,
                                               .ldc = N});
    return MPB_OK;
}

static mpb_status make_matrix(size_t size, float **matrix)
{
    void *made = NULL;

    MPB_TRY(mpb_memory_create(size * size, sizeof(float), "the matrices of a product", &made));
    *matrix = made;
    return MPB_OK;
}

static void clear_matrices(mpb_gemm_peak *peak)
{
    mpb_memory_destroy(peak->a);
    mpb_memory_destroy(peak->b);
    mpb_memory_destroy(peak->c);
    peak->a = peak->b = peak->c = NULL;
}

static mpb_status make_matrices(int size, mpb_gemm_peak *peak)
{
    const size_t N = (size_t)size;

    clear_matrices(peak);
    peak->size = size;
    MPB_TRY(make_matrix(N, &peak->a));
    MPB_TRY(make_matrix(N, &peak->b));
    MPB_TRY(make_matrix(N, &peak->c));
    fill_random(1, N * N, peak->a);
    fill_random(2, N * N, peak->b);
    return MPB_OK;
}

/* Doubling N makes 8 times the work. The first product of a size touches the memory. */
static mpb_status choose_size(mpb_gemm_peak *peak)
{
    const mpb_timed timed = {multiply, peak};
    double seconds = 0.0;

    for (int size = SMALLEST_PRODUCT; size <= LARGEST_PRODUCT && 8.0 * seconds <= PRODUCT_SECONDS;
         size *= 2) {
        MPB_TRY(mpb_comm_agree(peak->comm, make_matrices(size, peak)));
        MPB_TRY(mpb_timing_once(peak->comm, &timed, &seconds));
        MPB_TRY(mpb_timing_once(peak->comm, &timed, &seconds));
    }
    return MPB_OK;
}

mpb_status mpb_gemm_peak_begin(const mpb_comm *comm, const mpb_gemm_context *products,
                               mpb_gemm_peak *peak)
{
    mpb_status status;

    *peak = (mpb_gemm_peak){.comm = comm, .products = *products};
    status = choose_size(peak);
    if (status != MPB_OK) {
        clear_matrices(peak);
    }
    return status;
}

mpb_status mpb_gemm_peak_sample(mpb_gemm_peak *peak)
{
    const mpb_timed timed = {multiply, peak};
    const double flops = 2.0 * pow(peak->size, 3.0) * mpb_comm_size(peak->comm);
    double seconds;

    MPB_TRY(mpb_timing_once(peak->comm, &timed, &seconds));
    peak->best = flops / seconds > peak->best ? flops / seconds : peak->best;
    return MPB_OK;
}

void mpb_gemm_peak_end(mpb_gemm_peak *peak)
{
    clear_matrices(peak);
}
