#include "fill.h"

#include <string.h>

#include "mpibert/core/philox.h"

enum {
    PERIOD = 4093,       /* a prime, so that no two rows of a matrix are equal */
    FILLING = 0x66696C6C /* purpose of the random stream: "fill" */
};

void fill_random(uint64_t seed, size_t count, float *values)
{
    const mpb_philox_key key = mpb_philox_key_make(seed, FILLING);

    for (size_t i = 0; i < count && i < PERIOD; i++) {
        values[i] = (float)mpb_philox_below(key, i, 1U << 24) / 8388608.0f - 1.0f;
    }
    for (size_t i = PERIOD; i < count; i += PERIOD) {
        const size_t left = count - i;

        memcpy(values + i, values, (left < PERIOD ? left : PERIOD) * sizeof(*values));
    }
}
