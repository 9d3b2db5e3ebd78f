/* Matrix products of our own against BLAS and against those with bf16 factors, taking turns, on the
 * shapes of BERT.
 *
 *     bench_gemm [ROUNDS [THREADS]]
 *
 * Prints GFLOP/s, first the median of the rounds by the processor time that all threads used, which
 * other jobs on the machine disturb little, then the best by the clock on the wall; the ratios of
 * both to BLAS; our shares of the best rate that floats reached for 4096 x 4096 x 4096; and the same
 * of bf16, with its ratio to floats.
 */

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

typedef struct rate {
    double processor, wall; /* GFLOP/s */
} rate;

/* What takes turns: floats, ours and by BLAS, and bf16, by what is chosen on this machine. */
enum { OWN, BLAS, NARROW, WAYS };

typedef struct bench {
    int rounds;
    mpb_gemm_context gemm[WAYS];
    float *a, *b, *c;
    rate square; /* the better one of 4096^3 in floats */
} bench;

/* Attention's products run inside tasks, so they are serial. */
static rate time_once(const mpb_gemm_context *gemm, const mpb_gemm_args *args, bool serial)
{
    double flops = 2.0 * args->M * args->N * args->K;
    int repeats = flops < MIN_FLOPS ? (int)(MIN_FLOPS / flops) + 1 : 1;
    double processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);

    for (int i = 0; i < repeats; i++) {
        if (serial) {
            mpb_gemm_serial(gemm, 0, args);
        } else {
            mpb_gemm(gemm, args);
        }
    }
    processor = (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor) / gemm->team->threads;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    flops *= repeats * 1e-9;
    return (rate){flops / processor, flops / wall};
}

static void measure(const bench *t, const mpb_gemm_args *args, bool serial, rate rates[WAYS])
{
    double all[WAYS][MAX_ROUNDS];

    for (int round = 0; round < t->rounds; round++) {
        for (int way = 0; way < WAYS; way++) {
            rate now = time_once(&t->gemm[way], args, serial);

            all[way][round] = now.processor;
            if (round == 0 || now.wall > rates[way].wall) {
                rates[way].wall = now.wall;
            }
        }
    }
    for (int way = 0; way < WAYS; way++) {
        qsort(all[way], (size_t)t->rounds, sizeof all[way][0], compare);
        rates[way].processor = all[way][t->rounds / 2];
    }
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void report(bench *t, const char *name, const mpb_gemm_args *args, bool serial)
{
    rate rates[WAYS];
    const rate *own = &rates[OWN];
    const rate *blas = &rates[BLAS];
    const rate *narrow = &rates[NARROW];

    measure(t, args, serial, rates);
    if (t->square.wall == 0.0) {
        t->square = (rate){larger(own->processor, blas->processor), larger(own->wall, blas->wall)};
    }
    printf("%-8s %5d %5d %5d  own %6.1f %6.1f  blas %6.1f %6.1f  ratio %5.3f %5.3f  share %5.3f "
           "%5.3f  bf16 %6.1f %6.1f  ratio %5.3f %5.3f\n",
           name, args->M, args->N, args->K, own->processor, own->wall, blas->processor, blas->wall,
           own->processor / blas->processor, own->wall / blas->wall,
           own->processor / t->square.processor, own->wall / t->square.wall, narrow->processor,
           narrow->wall, narrow->processor / own->processor, narrow->wall / own->wall);
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
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0] && t->gemm[OWN].team->threads == 1;
         i++) {
        report_attention(t, lengths[i]);
    }
}

/* Operands with few denormal or equal numbers, and scratch behind them; false without memory. */
static mpb_status allocate(bench *t)
{
    const size_t count = (size_t)MAX_SIDE * MAX_SIDE;
    const size_t scratch = (size_t)t->gemm[OWN].team->threads * mpb_gemm_scratch();
    void *block = NULL;

    MPB_TRY(mpb_memory_create(3 * count + scratch, sizeof(float), "matrices", &block));
    t->a = block;
    t->b = t->a + count;
    t->c = t->b + count;
    for (int way = 0; way < WAYS; way++) {
        t->gemm[way].scratch = t->c + count;
    }
    for (size_t i = 0; i < 2 * count; i++) {
        t->a[i] = (float)(i % 97) / 97.0f - 0.5f;
    }
    return MPB_OK;
}

static mpb_status choose_ways(const mpb_team *team, bench *t)
{
    const mpb_gemm_context own = {.team = team, .isa = mpb_isa_best()};

    t->gemm[OWN] = t->gemm[BLAS] = t->gemm[NARROW] = own;
    t->gemm[BLAS].kernel = MPB_GEMM_BLAS;
    t->gemm[NARROW].precision = MPB_GEMM_BF16;
    return mpb_gemm_calibrate(own.isa, MPB_GEMM_BF16, &t->gemm[NARROW].kernel);
}

static mpb_status choose_and_report(const mpb_team *team, bench *t)
{
    MPB_TRY(choose_ways(team, t));
    MPB_TRY(allocate(t));
    for (int way = 0; way < WAYS; way++) {
        printf("%s%s", way == 0 ? "" : ", ",
               mpb_gemm_description(t->gemm[way].kernel, t->gemm[way].isa));
    }
    printf(": %d thread(s)\n", team->threads);
    report_all(t);
    return MPB_OK;
}

static mpb_status run(int rounds, int threads)
{
    mpb_team team;
    bench t = {.rounds = rounds};
    mpb_status status;

    MPB_TRY(mpb_team_begin(threads, NULL, 0, &team));
    status = choose_and_report(&team, &t);
    mpb_memory_destroy(t.a);
    mpb_team_end(&team);
    return status;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 7;
    const int threads = argc > 2 ? atoi(argv[2]) : 1;

    if (rounds < 1 || rounds > MAX_ROUNDS || threads < 1) {
        fprintf(stderr, "usage: bench_gemm [ROUNDS [THREADS]], at most %d rounds\n", MAX_ROUNDS);
        return EXIT_FAILURE;
    }
    mpb_blas_single_threaded();
    if (run(rounds, threads) != MPB_OK) {
        fprintf(stderr, "%s\n", mpb_status_last());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
