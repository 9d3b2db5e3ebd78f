#include "mpibert/step/sampler.h"

#include <assert.h>
#include <stdbool.h>

#include "mpibert/core/philox.h"

/* Keeps these draws apart from other uses of the run's seed; the epoch fills the lower half. */
static const uint64_t PURPOSE_SHUFFLE = (uint64_t)0x73687566u << 32;

void mpb_permutation(uint64_t seed, uint64_t epoch, size_t count, uint32_t *order)
{
    mpb_philox_key key = mpb_philox_key_make(seed, PURPOSE_SHUFFLE ^ epoch);

    assert(count < UINT32_MAX);

    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t i = count; i-- > 1;) {
        size_t j = mpb_philox_below(key, i, (uint32_t)(i + 1));
        uint32_t item = order[i];

        order[i] = order[j];
        order[j] = item;
    }
}

static bool comes_before(const mpb_deal_item *a, const mpb_deal_item *b)
{
    return a->cost != b->cost ? a->cost < b->cost : a->number < b->number;
}

/* Makes heap[at, count) a heap again, the first of them on top, where heap[at] alone may be out of
 * place. */
static void sift_down(mpb_deal_item *heap, size_t count, size_t at)
{
    const mpb_deal_item item = heap[at];
    size_t child = 2 * at + 1;

    while (child < count) {
        child += child + 1 < count && comes_before(&heap[child + 1], &heap[child]);
        if (!comes_before(&heap[child], &item)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
        child = 2 * at + 1;
    }
    heap[at] = item;
}

/* Costs are turned round, so that the costliest comes first. */
static void heap_examples(const uint64_t *costs, size_t count, mpb_deal_item *examples)
{
    for (size_t i = 0; i < count; i++) {
        examples[i] = (mpb_deal_item){.cost = UINT64_MAX - costs[i], .number = i};
    }
    for (size_t at = count / 2; at-- > 0;) {
        sift_down(examples, count, at);
    }
}

void mpb_deal_by_cost(const uint64_t *costs, size_t count, int ranks, mpb_deal_item *examples,
                      int *owner)
{
    mpb_deal_item loads[MPB_MAX_DEALT_RANKS];
    const int used = ranks < MPB_MAX_DEALT_RANKS ? ranks : MPB_MAX_DEALT_RANKS;

    assert(ranks > 0);

    for (int r = 0; r < used; r++) {
        loads[r] = (mpb_deal_item){.number = (size_t)r};
    }
    heap_examples(costs, count, examples);
    for (size_t left = count; left > 0; left--) {
        const size_t costliest = examples[0].number;

        owner[costliest] = (int)loads[0].number;
        loads[0].cost += costs[costliest];
        sift_down(loads, (size_t)used, 0);
        examples[0] = examples[left - 1];
        sift_down(examples, left - 1, 0);
    }
}
