#pragma once

/* Successive halving (Jamieson and Talwalkar, 2016): of the settings that have come so far, the best go
 * on. Pure; private to sweeps. */

#include <stdbool.h>
#include <stddef.h>

typedef struct halving_entry {
    double score;  /* larger is better; any number but NaN */
    bool competes; /* or has ended before, or failed */
    bool goes_on;  /* what comes out */
} halving_entry;

/* ceil(keep n), at least one: how many of n go on, as scikit-learn's HalvingGridSearchCV has it. */
size_t halving_count(double keep, size_t n);

/* Of equal scores the earlier entry comes first. */
void halving_choose(double keep, halving_entry *entries, size_t count);
