/* Compiled once for each instruction set. */

#include "peak_loops.h"

#include <string.h>

/* The widest registers of the instruction set, in bytes. 12 chains hide a latency of 4 cycles on
 * two units, and fit into 16 registers with the two constants. */
enum { WIDTH = __BIGGEST_ALIGNMENT__, LANES = WIDTH / sizeof(float), CHAINS = 12 };

typedef float vector __attribute__((vector_size(WIDTH)));

static vector spread(float value)
{
    float lanes[LANES];
    vector result;

    for (int i = 0; i < LANES; i++) {
        lanes[i] = value;
    }
    memcpy(&result, lanes, sizeof(result));
    return result;
}

static float sum_of(const vector *x)
{
    float lanes[LANES];
    float sum = 0.0f;

    memcpy(lanes, x, sizeof(lanes));
    for (int i = 0; i < LANES; i++) {
        sum += lanes[i];
    }
    return sum;
}

/* The chains go to b / (1 - a), where none of them starts: far from denormal numbers and
 * infinities, and nothing that a compiler can foresee. */
static float multiply_add(size_t rounds)
{
    const vector a = spread(0.75f);
    const vector b = spread(0.3f);
    vector chain[CHAINS];
    float sum = 0.0f;

    for (int i = 0; i < CHAINS; i++) {
        chain[i] = spread((float)i);
    }
    for (size_t round = 0; round < rounds; round++) {
        for (int i = 0; i < CHAINS; i++) {
            chain[i] = chain[i] * a + b;
        }
    }
    for (int i = 0; i < CHAINS; i++) {
        sum += sum_of(&chain[i]);
    }
    return sum;
}

static void triad(size_t count, float scale, const float *restrict b, const float *restrict c,
                  float *restrict a)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        a[i] = b[i] + scale * c[i];
    }
}

extern const peak_loops MPB_ISA_NAME(peak_loops);
const peak_loops MPB_ISA_NAME(peak_loops) = {
    .flops_of_round = 2.0 * CHAINS * LANES, .multiply_add = multiply_add, .triad = triad};
