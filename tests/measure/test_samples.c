/* Summaries of repeated measurements. */

#include "check.h"
#include "mpibert/measure/samples.h"

static void the_median_is_the_middle_whatever_the_order(void)
{
    const double odd[] = {5.0, 1.0, 100.0, 2.0, 3.0};
    const double even[] = {4.0, 1.0, 8.0, 2.0};

    CHECK(mpb_samples_median(odd, 5) == 3.0);
    CHECK(mpb_samples_median(even, 4) == 3.0);
    CHECK(mpb_samples_median(odd, 1) == 5.0);
    CHECK(mpb_samples_median(odd, 2) == 3.0);
    CHECK(odd[0] == 5.0 && odd[4] == 3.0);
}

static void as_many_samples_as_allowed_have_a_median(void)
{
    double values[MPB_MAX_SAMPLES];

    for (int i = 0; i < MPB_MAX_SAMPLES; i++) {
        values[i] = (i * 7) % MPB_MAX_SAMPLES; /* each of 0 ... 999 once */
    }
    CHECK(mpb_samples_median(values, MPB_MAX_SAMPLES) == (MPB_MAX_SAMPLES - 1) / 2.0);
    CHECK(mpb_samples_smallest(values, MPB_MAX_SAMPLES) == 0.0);
}

static void the_smallest_is_found_at_either_end(void)
{
    const double values[] = {1.0, 2.0, 0.5};

    CHECK(mpb_samples_smallest(values, 3) == 0.5);
    CHECK(mpb_samples_smallest(values, 2) == 1.0);
    CHECK(mpb_samples_smallest(values, 1) == 1.0);
}

int main(void)
{
    the_median_is_the_middle_whatever_the_order();
    as_many_samples_as_allowed_have_a_median();
    the_smallest_is_found_at_either_end();
    return 0;
}
