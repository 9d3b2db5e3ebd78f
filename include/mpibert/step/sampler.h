#pragma once

/* Which order an epoch visits its examples in, and which rank computes which of them. Pure
 * functions without memory of their own: every rank computes the same answer alone. Local. */

#include <stddef.h>
#include <stdint.h>

/* order (count) = a random permutation of 0 .. count - 1: Fisher and Yates' shuffle by Philox,
 * another one for each (seed, epoch). count is at most 2^32 - 1. */
void mpb_permutation(uint64_t seed, uint64_t epoch, size_t count, uint32_t *order);

/* No more ranks than this get a share of one deal. */
enum { MPB_MAX_DEALT_RANKS = 4096 };

/* Work, and who or what has it: scratch of a deal. */
typedef struct mpb_deal_item {
    uint64_t cost;
    size_t number;
} mpb_deal_item;

/* owner (count) = the rank of each example: the costliest first, each to the rank with the least
 * cost so far; ties go to the lower index and the lower rank. The costliest rank then carries at
 * most 4/3 of what the best deal would give it (Graham 1969). examples (count) is scratch.
 * O(count (log count + log ranks)). */
void mpb_deal_by_cost(const uint64_t *costs, size_t count, int ranks, mpb_deal_item *examples,
                      int *owner);
