#include "random_state.h"

#include <assert.h>

enum { PERIOD_OFFSET = 397 };

static const uint32_t UPPER_BIT = 0x80000000u;
static const uint32_t TWIST = 0x9908B0DFu;
static const uint32_t SEED_MULTIPLIER = 1812433253u;

void mpb_random_state_seed(mpb_random_state *state, uint32_t seed)
{
    uint32_t word = seed;

    for (uint32_t i = 0; i < MPB_MT_WORDS; i++) {
        state->words[i] = word;
        word = SEED_MULTIPLIER * (word ^ word >> 30) + i + 1;
    }
    state->next = MPB_MT_WORDS;
}

/* x[i] = x[i + 397] ^ A(upper bit of x[i], lower bits of x[i + 1]), indices modulo 624. */
static void generate(mpb_random_state *state)
{
    uint32_t *x = state->words;

    for (int i = 0; i < MPB_MT_WORDS; i++) {
        uint32_t following = x[(i + 1) % MPB_MT_WORDS];
        uint32_t joined = (x[i] & UPPER_BIT) | (following & ~UPPER_BIT);

        x[i] = x[(i + PERIOD_OFFSET) % MPB_MT_WORDS] ^ joined >> 1 ^ (joined & 1 ? TWIST : 0);
    }
    state->next = 0;
}

static uint32_t next_word(mpb_random_state *state)
{
    uint32_t word;

    if (state->next == MPB_MT_WORDS) {
        generate(state);
    }
    word = state->words[state->next++];
    word ^= word >> 11;
    word ^= word << 7 & 0x9D2C5680u;
    word ^= word << 15 & 0xEFC60000u;
    return word ^ word >> 18;
}

/* Uniform in [0, max]: words masked to the bits of `max` until one fits. */
static uint32_t draw_up_to(mpb_random_state *state, uint32_t max)
{
    uint32_t mask = max;
    uint32_t value;

    for (int shift = 1; shift < 32; shift *= 2) {
        mask |= mask >> shift;
    }
    do {
        value = next_word(state) & mask;
    } while (value > max);
    return value;
}

void mpb_random_state_shuffle(mpb_random_state *state, size_t count, uint32_t *items)
{
    assert(count == 0 || count - 1 <= UINT32_MAX);

    for (size_t i = count; i-- > 1;) {
        size_t j = draw_up_to(state, (uint32_t)i);
        uint32_t item = items[i];

        items[i] = items[j];
        items[j] = item;
    }
}

void mpb_random_state_permutation(mpb_random_state *state, size_t count, uint32_t *items)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (uint32_t)i;
    }
    mpb_random_state_shuffle(state, count, items);
}
