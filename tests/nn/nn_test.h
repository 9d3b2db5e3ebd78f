#pragma once

/* What the tests of the kernels share. */

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/nn/kernels.h"

/* Runs `test` with the kernels of every instruction set that this CPU has. */
static inline void on_every_isa(void (*test)(const mpb_nn *nn))
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        test(mpb_nn_for((mpb_isa)isa));
    }
}

/* test_value times `scale`, to be freed. */
static inline float *random_floats(unsigned seed, size_t count, float scale)
{
    float *x = malloc((count + 1) * sizeof *x);

    CHECK(x != NULL);
    for (size_t i = 0; i < count; i++) {
        x[i] = scale * test_value(seed, (unsigned)i);
    }
    return x;
}

/* Multiples of 1/16 in [-1, 1), to be freed: products and sums of a few hundred are exact. */
static inline float *dyadic_floats(unsigned seed, size_t count)
{
    float *x = random_floats(seed, count, 16.0f);

    for (size_t i = 0; i < count; i++) {
        x[i] = floorf(x[i]) / 16.0f;
    }
    return x;
}

/* For attention forward and backward, to be destroyed with mpb_memory_destroy. */
static inline float *attention_scratch_make(int length, int head_size)
{
    void *scratch = NULL;

    CHECK_OK(mpb_memory_create(mpb_attention_scratch(length, head_size, true), sizeof(float),
                               "scratch", &scratch));
    return scratch;
}

static inline double dot(size_t count, const float *a, const float *b)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        sum += (double)a[i] * (double)b[i];
    }
    return sum;
}

static inline void check_all_near(size_t count, const float *got, const double *want,
                                  double tolerance, const char *text, int line)
{
    for (size_t i = 0; i < count; i++) {
        check_near((double)got[i], want[i], tolerance, text, __FILE__, line);
    }
}

#define CHECK_ALL_NEAR(count, got, want, tolerance)                                                \
    check_all_near((count), (got), (want), (tolerance), #got, __LINE__)
