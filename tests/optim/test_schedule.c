/* mpb_schedule_factor: the learning rates of transformers' get_scheduler, step by step. */

#include "mpibert/optim/schedule.h"

#include "check.h"
#include "golden/optim/schedule_goldens.h"

static const double RATE = 2e-5;

enum { STEPS = 12, WARMUP = 3 };

static void rates_equal_transformers(mpb_schedule_kind kind, const double expected[STEPS])
{
    for (int step = 0; step < STEPS; step++) {
        double rate = RATE * mpb_schedule_factor(kind, step, WARMUP, STEPS, RATE);

        CHECK_NEAR(rate, expected[step], 1e-19); /* double rounding of 2e-5 */
    }
}

static void linear_without_warmup_starts_at_the_full_rate(void)
{
    CHECK(mpb_schedule_factor(MPB_SCHEDULE_LINEAR, 0, 0, 10, RATE) == 1.0);
    CHECK(mpb_schedule_factor(MPB_SCHEDULE_LINEAR, 10, 0, 10, RATE) == 0.0);
}

int main(void)
{
    rates_equal_transformers(MPB_SCHEDULE_LINEAR, LINEAR);
    rates_equal_transformers(MPB_SCHEDULE_COSINE, COSINE);
    rates_equal_transformers(MPB_SCHEDULE_CONSTANT, CONSTANT_WITH_WARMUP);
    rates_equal_transformers(MPB_SCHEDULE_POLYNOMIAL, POLYNOMIAL);
    linear_without_warmup_starts_at_the_full_rate();
    return 0;
}
