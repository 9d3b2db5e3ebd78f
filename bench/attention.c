/* Attention kernels on one thread, by length of sequences and head size.
 *
 *     bench_attention [ROUNDS]
 *
 * Prints nanoseconds a (query, key) pair of one head, the median of the rounds by processor time,
 * and GFLOP/s of the useful products (forward 2, backward 4). Query, key, value and context lie as in
 * the model, side by side in rows of 12 heads.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mpibert/core/memory.h"
#include "mpibert/nn/kernels.h"

enum { HEADS = 12, TOKENS = 2048, MAX_ROUNDS = 101 };

static const uint32_t DROPOUT_THRESHOLD = 6554; /* 0.1 */

typedef struct bench {
    const mpb_nn *nn;
    int length, head_size;
    float *qkvc, *d_context, *d_qkv, *lse, *scratch;
    uint32_t positions[TOKENS];
} bench;

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static float *make_floats(size_t count)
{
    void *block = NULL;
    float *floats;

    if (mpb_memory_create(count, sizeof(float), "the arrays", &block) != MPB_OK) {
        exit(EXIT_FAILURE);
    }
    floats = block;
    for (size_t i = 0; i < count; i++) {
        floats[i] = (float)(i * 2654435761u % 1024) / 1024.0f - 0.5f;
    }
    return floats;
}

static void bench_open(bench *b)
{
    const size_t row = 4 * HEADS * (size_t)b->head_size;

    b->qkvc = make_floats(TOKENS * row);
    b->d_context = make_floats(TOKENS * row);
    b->d_qkv = make_floats(TOKENS * row);
    b->lse = make_floats(TOKENS * HEADS);
    b->scratch = make_floats(mpb_attention_scratch(b->length, b->head_size, true));
    for (uint32_t i = 0; i < TOKENS; i++) {
        b->positions[i] = i;
    }
}

static void bench_close(bench *b)
{
    mpb_memory_destroy(b->qkvc);
    mpb_memory_destroy(b->d_context);
    mpb_memory_destroy(b->d_qkv);
    mpb_memory_destroy(b->lse);
    mpb_memory_destroy(b->scratch);
}

static void attend(bench *b, int sequence, int head, bool backward)
{
    const size_t H = HEADS * (size_t)b->head_size;
    const size_t first = (size_t)sequence * (size_t)b->length;
    const size_t at = first * 4 * H + (size_t)head * (size_t)b->head_size;
    float *q = (backward ? b->d_qkv : b->qkvc) + at;
    float *lse = b->lse + first * HEADS + (size_t)head * (size_t)b->length;
    const mpb_attention_task task = {
        .length = b->length,
        .num_queries = b->length,
        .head_size = b->head_size,
        .ld_query = (int)(4 * H),
        .ld_key = (int)(4 * H),
        .ld_gradient = (int)(4 * H),
        .positions = b->positions,
        .scale = 1.0f / sqrtf((float)b->head_size),
        .dropout = {.key = mpb_philox_key_make(1, 1), .threshold = DROPOUT_THRESHOLD},
        .example = (uint64_t)sequence,
        .site = (uint32_t)head,
        .scratch = b->scratch};

    if (backward) {
        b->nn->attention.backward(&task, q, q + H, q + 2 * H, q + 3 * H, lse, b->d_context + at, q,
                                  q + H, q + 2 * H);
    } else {
        b->nn->attention.forward(&task, q, q + H, q + 2 * H, q + 3 * H, lse);
    }
}

/* Seconds of all sequences that fit and all heads. */
static double time_once(bench *b, bool backward)
{
    const size_t row = 4 * HEADS * (size_t)b->head_size;
    double start;

    memcpy(b->d_qkv, b->qkvc, TOKENS * row * sizeof(float));
    start = seconds();
    for (int sequence = 0; sequence < TOKENS / b->length; sequence++) {
        for (int head = 0; head < HEADS; head++) {
            attend(b, sequence, head, backward);
        }
    }
    return seconds() - start;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void report(bench *b, int rounds, bool backward)
{
    const double pairs = (double)b->length * b->length * HEADS * (TOKENS / b->length);
    const double flops = pairs * b->head_size * (backward ? 8.0 : 4.0);
    double times[MAX_ROUNDS];
    double median;

    (void)time_once(b, backward);
    for (int i = 0; i < rounds; i++) {
        times[i] = time_once(b, backward);
    }
    qsort(times, (size_t)rounds, sizeof times[0], compare);
    median = times[rounds / 2];
    printf("  %s %7.4f ns %6.1f GFLOP/s", backward ? "backward" : "forward", 1e9 * median / pairs,
           1e-9 * flops / median);
}

int main(int argc, char **argv)
{
    static const int lengths[] = {8, 25, 33, 64, 128, 256, 384, 512};
    int rounds = argc > 1 ? atoi(argv[1]) : 5;

    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "ROUNDS is %d, expected 1 to %d\n", rounds, MAX_ROUNDS);
        return EXIT_FAILURE;
    }
    for (int head_size = 32; head_size <= 64; head_size += 32) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            bench b = {
                .nn = mpb_nn_for(mpb_isa_best()), .length = lengths[i], .head_size = head_size};

            bench_open(&b);
            printf("D %2d  s %3d", head_size, lengths[i]);
            report(&b, rounds, false);
            report(&b, rounds, true);
            printf("\n");
            bench_close(&b);
        }
    }
    return EXIT_SUCCESS;
}
