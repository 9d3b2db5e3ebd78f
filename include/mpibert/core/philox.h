#pragma once

/* Philox4x32-10, a counter-based random number generator.
 *
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the same
 * function as Random123's and as curand's Philox4_32_10. Any number of the stream is computed from
 * its counter alone, so a result never depends on ranks, threads or order, and nothing has to be
 * saved to continue a run. Local. */

#include <stdint.h>

typedef struct mpb_philox_key {
    uint32_t word[2];
} mpb_philox_key;

/* The key of an independent stream: `purpose` separates uses of one seed. */
mpb_philox_key mpb_philox_key_make(uint64_t seed, uint64_t purpose);

/* out = the block of 4 random words at `counter`. */
void mpb_philox_block(mpb_philox_key key, const uint32_t counter[4], uint32_t out[4]);

/* A random number in [0, bound) at position `index` of the stream, without modulo bias that could
 * matter (bound is below 2^32, the draw has 64 bits). */
uint32_t mpb_philox_below(mpb_philox_key key, uint64_t index, uint32_t bound);
