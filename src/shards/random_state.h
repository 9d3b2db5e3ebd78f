#pragma once

/* NumPy's legacy generator (numpy.random.RandomState): MT19937 of Matsumoto and Nishimura, 1998,
 * with the bounded draw and the shuffle that NumPy has frozen. */

#include <stddef.h>
#include <stdint.h>

enum { MPB_MT_WORDS = 624 };

typedef struct mpb_random_state {
    uint32_t words[MPB_MT_WORDS];
    int next; /* position of the next word to hand out; MPB_MT_WORDS: generate first */
} mpb_random_state;

/* RandomState(seed). */
void mpb_random_state_seed(mpb_random_state *state, uint32_t seed);

/* RandomState.shuffle of items (count); count is at most 2^32. */
void mpb_random_state_shuffle(mpb_random_state *state, size_t count, uint32_t *items);

/* items (count) = RandomState.permutation(count). */
void mpb_random_state_permutation(mpb_random_state *state, size_t count, uint32_t *items);
