#pragma once

/* The random bits of dropout: Philox4x32-10 (mpibert/core/philox.h) on many counters at once. */

#include <stdint.h>

#include "mpibert/nn/kernels.h"

/* One call serves this many elements: 16 counters, 8 elements each. */
enum { PHILOX_LANES = 16, PHILOX_ELEMENTS = 8 * PHILOX_LANES };

/* The row of a tensor that draws: see `dropout` in mpibert/nn/kernels.h. */
typedef struct philox_row {
    mpb_philox_key key;
    uint32_t counter[3]; /* words 1 to 3; word 0 is column / 8 */
} philox_row;

static inline philox_row philox_row_make(mpb_philox_key key, uint64_t example, uint32_t site,
                                         uint32_t position)
{
    return (philox_row){key, {position, (uint32_t)example, (uint32_t)(example >> 32) ^ site << 16}};
}

typedef struct philox_words {
    uint32_t word[4];
} philox_words;

/* Philox of one counter. */
static inline __attribute__((always_inline)) philox_words philox_rounds(mpb_philox_key key,
                                                                        philox_words counter)
{
    uint32_t c0 = counter.word[0], c1 = counter.word[1];
    uint32_t c2 = counter.word[2], c3 = counter.word[3];
    uint32_t k0 = key.word[0], k1 = key.word[1];

#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        uint64_t product_0 = (uint64_t)0xD2511F53u * c0;
        uint64_t product_1 = (uint64_t)0xCD9E8D57u * c2;

        c0 = (uint32_t)(product_1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product_1;
        c2 = (uint32_t)(product_0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product_0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (philox_words){{c0, c1, c2, c3}};
}

/* bits[i] = the 16 bits of column 8 * first_block + i. */
static inline void philox_bits(const philox_row *row, uint32_t first_block,
                               uint16_t bits[PHILOX_ELEMENTS])
{
    uint32_t words[4 * PHILOX_LANES];

#pragma omp simd
    for (int lane = 0; lane < PHILOX_LANES; lane++) {
        const philox_words counter = {
            {first_block + (uint32_t)lane, row->counter[0], row->counter[1], row->counter[2]}};
        const philox_words drawn = philox_rounds(row->key, counter);

        words[4 * lane] = drawn.word[0];
        words[4 * lane + 1] = drawn.word[1];
        words[4 * lane + 2] = drawn.word[2];
        words[4 * lane + 3] = drawn.word[3];
    }

    /* The low half of a word is the even column. */
#pragma omp simd
    for (int i = 0; i < 4 * PHILOX_LANES; i++) {
        bits[2 * i] = (uint16_t)words[i];
        bits[2 * i + 1] = (uint16_t)(words[i] >> 16);
    }
}

/* What a kept element is multiplied by. */
static inline float dropout_scale(mpb_dropout dropout)
{
    return 65536.0f / (65536.0f - (float)dropout.threshold);
}
