#include "mpibert/step/sampler.h"

#include <assert.h>

#include "mpibert/core/philox.h"

/* Keeps these draws apart from other uses of the run's seed; the epoch fills the lower half. */
static const uint64_t PURPOSE_SHUFFLE = (uint64_t)0x73687566u << 32;

enum { NOBODY = -1 };

void mpb_permutation(uint64_t seed, uint64_t epoch, size_t count, size_t *order)
{
    mpb_philox_key key = mpb_philox_key_make(seed, PURPOSE_SHUFFLE ^ epoch);

    assert(count < UINT32_MAX);

    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (size_t i = count; i-- > 1;) {
        size_t j = mpb_philox_below(key, i, (uint32_t)(i + 1));
        size_t item = order[i];

        order[i] = order[j];
        order[j] = item;
    }
}

/* The costliest example without an owner; the lowest index among equals. One is left. */
static size_t costliest(const uint64_t *costs, size_t count, const int *owner)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++) {
        if (owner[i] == NOBODY && (best == count || costs[i] > costs[best])) {
            best = i;
        }
    }
    return best;
}

static int least_loaded(const uint64_t *loads, int ranks)
{
    int best = 0;

    for (int r = 1; r < ranks; r++) {
        if (loads[r] < loads[best]) {
            best = r;
        }
    }
    return best;
}

void mpb_deal_by_cost(const uint64_t *costs, size_t count, int ranks, int *owner)
{
    uint64_t loads[MPB_MAX_DEALT_RANKS];
    int used = ranks < MPB_MAX_DEALT_RANKS ? ranks : MPB_MAX_DEALT_RANKS;

    assert(ranks > 0);

    for (int r = 0; r < used; r++) {
        loads[r] = 0;
    }
    for (size_t i = 0; i < count; i++) {
        owner[i] = NOBODY;
    }
    for (size_t dealt = 0; dealt < count; dealt++) {
        size_t i = costliest(costs, count, owner);

        owner[i] = least_loaded(loads, used);
        loads[owner[i]] += costs[i];
    }
}
