#pragma once

/* What the tests of the losses share. */

#include "golden/nn/kernel_goldens.h"
#include "nn_test.h"

enum { ROWS = 4, K = 5 };

/* 1.5 + the values of seed 12, as golden class and positive weights are. */
static inline void fill_weights(float weights[K])
{
    for (unsigned j = 0; j < K; j++) {
        weights[j] = 1.5f + test_value(12, j);
    }
}

static const float EXTREMES[] = {1e4f, -1e4f, INFINITY, -INFINITY, NAN};

enum { NUM_EXTREMES = sizeof EXTREMES / sizeof *EXTREMES };

/* The same infinity, both NaN, or within 1e-7 of a number. */
static inline void check_alike(double got, double want)
{
    if (isfinite(want)) {
        CHECK_NEAR(got, want, 1e-7 * (1.0 + fabs(want)));
    } else {
        CHECK(isnan(want) ? isnan(got) : got == want);
    }
}
