#include "mpibert/core/philox.h"

static const uint32_t MULTIPLIER_0 = 0xD2511F53u;
static const uint32_t MULTIPLIER_1 = 0xCD9E8D57u;
static const uint32_t WEYL_0 = 0x9E3779B9u;
static const uint32_t WEYL_1 = 0xBB67AE85u;

enum { ROUNDS = 10 };

void mpb_philox_block(mpb_philox_key key, const uint32_t counter[4], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key.word[0], k1 = key.word[1];

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t product_0 = (uint64_t)MULTIPLIER_0 * c0;
        uint64_t product_1 = (uint64_t)MULTIPLIER_1 * c2;

        c0 = (uint32_t)(product_1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product_1;
        c2 = (uint32_t)(product_0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product_0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

mpb_philox_key mpb_philox_key_make(uint64_t seed, uint64_t purpose)
{
    /* One block keyed by the seed turns nearby purposes into unrelated keys. */
    const mpb_philox_key seed_key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const uint32_t counter[4] = {(uint32_t)purpose, (uint32_t)(purpose >> 32), 0x6D706962u,
                                 0x65727431u};
    uint32_t block[4];

    mpb_philox_block(seed_key, counter, block);
    return (mpb_philox_key){{block[0], block[1]}};
}

uint32_t mpb_philox_below(mpb_philox_key key, uint64_t index, uint32_t bound)
{
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), 0, 0};
    uint32_t block[4];
    uint64_t low;
    uint64_t high;

    /* floor(draw * bound / 2^64) with draw = block[1]:block[0]. */
    mpb_philox_block(key, counter, block);
    low = (uint64_t)block[0] * bound;
    high = (uint64_t)block[1] * bound + (low >> 32);
    return (uint32_t)(high >> 32);
}
