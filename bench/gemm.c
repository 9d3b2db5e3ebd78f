/* Matrix products of our own against BLAS, taking turns, on the shapes of BERT.
 *
 *     bench_gemm [ROUNDS]
 *
 * Prints GFLOP/s (medians), the ratio, and the share of the best rate that either reached for
 * 4096 x 4096 x 4096. One thread is timed by what it computed itself, so other jobs on the machine
 * disturb little; more threads by the clock on the wall.
 */

#include <omp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/blas.h"
#include "mpibert/math/gemm.h"

enum { MAX_SIDE = 4096, MAX_ROUNDS = 101 };

/* Shorter ones are repeated, so that the clock's steps do not matter. */
static const double MIN_FLOPS = 5e7;

typedef struct bench {
    int rounds;
    mpb_gemm_context gemm;
    float *a, *b, *c;
    double best_square; /* GFLOP/s of 4096^3 with this number of threads */
} bench;

static double seconds(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Attention's products run inside tasks, so they are serial. */
static double time_once(bench *t, mpb_gemm_kernel kernel, const mpb_gemm_args *args, bool serial)
{
    clockid_t id = t->gemm.team->threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
    double flops = 2.0 * args->M * args->N * args->K;
    int repeats = flops < MIN_FLOPS ? (int)(MIN_FLOPS / flops) + 1 : 1;
    double start;

    t->gemm.kernel = kernel;
    start = seconds(id);
    for (int i = 0; i < repeats; i++) {
        if (serial) {
            mpb_gemm_serial(&t->gemm, 0, args);
        } else {
            mpb_gemm(&t->gemm, args);
        }
    }
    return flops * repeats / (seconds(id) - start) / 1e9;
}

/* Median GFLOP/s of both kernels. */
static void measure(bench *t, const mpb_gemm_args *args, bool serial, double rates[2])
{
    static double all[2][MAX_ROUNDS];

    for (int round = 0; round < t->rounds; round++) {
        for (int kernel = MPB_GEMM_OWN; kernel <= MPB_GEMM_BLAS; kernel++) {
            all[kernel][round] = time_once(t, (mpb_gemm_kernel)kernel, args, serial);
        }
    }
    for (int kernel = MPB_GEMM_OWN; kernel <= MPB_GEMM_BLAS; kernel++) {
        qsort(all[kernel], (size_t)t->rounds, sizeof all[kernel][0], compare);
        rates[kernel] = all[kernel][t->rounds / 2];
    }
}

static void report(bench *t, const char *name, const mpb_gemm_args *args, bool serial)
{
    double rates[2];

    measure(t, args, serial, rates);
    if (t->best_square == 0.0) {
        t->best_square =
            rates[MPB_GEMM_OWN] > rates[MPB_GEMM_BLAS] ? rates[MPB_GEMM_OWN] : rates[MPB_GEMM_BLAS];
    }
    printf("%d %-8s %5d %5d %5d  own %6.1f  blas %6.1f  ratio %5.3f  share %5.3f\n",
           t->gemm.team->threads, name, args->M, args->N, args->K, rates[MPB_GEMM_OWN],
           rates[MPB_GEMM_BLAS], rates[MPB_GEMM_OWN] / rates[MPB_GEMM_BLAS],
           rates[MPB_GEMM_OWN] / t->best_square);
    fflush(stdout);
}

static mpb_gemm_args product(const bench *t, int M, int N, int K)
{
    return (mpb_gemm_args){.M = M,
                           .N = N,
                           .K = K,
                           .alpha = 1.0f,
                           .a = t->a,
                           .lda = K,
                           .b = t->b,
                           .ldb = N,
                           .c = t->c,
                           .ldc = N};
}

/* A linear layer with weights (out, in): y = x W^T, dx = dy W, dW += dy^T x. */
static void report_layer(bench *t, int tokens, int out, int in)
{
    mpb_gemm_args forward = product(t, tokens, out, in);
    mpb_gemm_args input = product(t, tokens, in, out);
    mpb_gemm_args weight = product(t, out, in, tokens);

    forward.trans_b = MPB_TRANS;
    forward.ldb = in;
    weight.trans_a = MPB_TRANS;
    weight.lda = out;
    weight.beta = 1.0f;
    report(t, "forward", &forward, false);
    report(t, "dx", &input, false);
    report(t, "dW", &weight, false);
}

/* One head of 64, rows 4 H apart for H = 768: scores, context, gradient of the values. */
static void report_attention(bench *t, int length)
{
    enum { D = 64, DISTANCE = 3072, STRIP = 128 };
    int rows = length < STRIP ? length : STRIP;
    mpb_gemm_args scores = product(t, rows, length, D);
    mpb_gemm_args context = product(t, rows, D, length);
    mpb_gemm_args values = product(t, length, D, rows);

    scores.trans_b = MPB_TRANS;
    scores.lda = scores.ldb = DISTANCE;
    context.ldb = context.ldc = DISTANCE;
    values.trans_a = MPB_TRANS;
    values.lda = length;
    values.ldb = DISTANCE;
    report(t, "scores", &scores, true);
    report(t, "context", &context, true);
    report(t, "dV", &values, true);
}

static void report_all(bench *t)
{
    static const int layers[][2] = {{384, 384},   {1152, 384},  {1536, 384},  {384, 1536},
                                    {768, 768},   {2304, 768},  {3072, 768},  {768, 3072},
                                    {1024, 1024}, {3072, 1024}, {4096, 1024}, {1024, 4096}};
    static const int tokens[] = {512, 1000, 2048, 4096};
    static const int lengths[] = {16, 33, 64, 100, 128, 256, 512};
    mpb_gemm_args square = product(t, MAX_SIDE, MAX_SIDE, MAX_SIDE);

    report(t, "square", &square, false);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        for (size_t j = 0; j < sizeof tokens / sizeof tokens[0]; j++) {
            report_layer(t, tokens[j], layers[i][0], layers[i][1]);
        }
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0] && t->gemm.team->threads == 1; i++) {
        report_attention(t, lengths[i]);
    }
}

int main(int argc, char **argv)
{
    const size_t count = (size_t)MAX_SIDE * MAX_SIDE;
    const int most = omp_get_max_threads();
    bench t = {.rounds = argc > 1 ? atoi(argv[1]) : 7};
    void *block = NULL;

    if (t.rounds < 1 || t.rounds > MAX_ROUNDS) {
        fprintf(stderr, "usage: bench_gemm [ROUNDS], at most %d\n", MAX_ROUNDS);
        return EXIT_FAILURE;
    }
    mpb_blas_single_threaded();
    if (mpb_memory_create(3 * count + (size_t)most * mpb_gemm_scratch(), sizeof(float), "matrices",
                          &block) != MPB_OK) {
        fprintf(stderr, "%s\n", mpb_status_last());
        return EXIT_FAILURE;
    }
    t.a = block;
    t.b = t.a + count;
    t.c = t.b + count;
    t.gemm.scratch = t.c + count;
    t.gemm.isa = mpb_isa_best();
    for (size_t i = 0; i < 2 * count; i++) {
        t.a[i] = (float)(i % 97) / 97.0f - 0.5f;
    }
    printf("%s against %s\n", mpb_gemm_description(MPB_GEMM_OWN, t.gemm.isa),
           mpb_gemm_description(MPB_GEMM_BLAS, t.gemm.isa));
    for (int threads = 1; threads <= most; threads += most > 1 ? most - 1 : 1) {
        const mpb_team team = {.threads = threads};

        t.gemm.team = &team;
        t.best_square = 0.0;
        report_all(&t);
    }
    mpb_memory_destroy(block);
    return EXIT_SUCCESS;
}
