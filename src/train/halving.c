#include "halving.h"

#include <math.h>

/* keep is a decimal fraction: 0.1 times 30 is a little more than 3 in binary. */
static const double ROUNDING = 1e-9;

size_t halving_count(double keep, size_t n)
{
    const double share = ceil(keep * (double)n - ROUNDING);

    return share < 1.0 ? 1 : (size_t)share;
}

/* How many competitors come before entry i. */
static size_t rank_of(const halving_entry *entries, size_t count, size_t i)
{
    size_t rank = 0;

    for (size_t j = 0; j < count; j++) {
        const bool before =
            entries[j].score > entries[i].score || (entries[j].score == entries[i].score && j < i);

        rank += entries[j].competes && before ? 1 : 0;
    }
    return rank;
}

void halving_choose(double keep, halving_entry *entries, size_t count)
{
    size_t competing = 0;
    size_t kept;

    for (size_t i = 0; i < count; i++) {
        competing += entries[i].competes ? 1 : 0;
    }
    kept = halving_count(keep, competing);
    for (size_t i = 0; i < count; i++) {
        entries[i].goes_on = entries[i].competes && rank_of(entries, count, i) < kept;
    }
}
