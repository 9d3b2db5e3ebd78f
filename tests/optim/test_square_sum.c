/* mpb_square_sum: what is added up exactly can be reordered and shared out at will. */

#include <float.h>

#include "check.h"
#include "mpibert/optim/square_sum.h"

enum { COUNT = 5000, PARTS = 7 };

static double square(float x)
{
    return (double)x * (double)x;
}

static double value_of(const mpb_square_sum *sum)
{
    mpb_square_sum carried = {0};
    double numbers[MPB_SQUARE_NUMBERS];

    mpb_square_sum_merge(&carried, sum);
    mpb_square_sum_write(&carried, numbers);
    return mpb_square_sum_read(numbers);
}

/* Of any size that a square can have. */
static double term_at(unsigned i)
{
    const float x = ldexpf(test_value(1, i), (int)(i % 270) - 148);

    return square(x);
}

static void one_square_of_any_float_comes_back(void)
{
    const float floats[] = {0.0f, -1.0f, 3.0f, 1e-45f, FLT_MIN, 0x1.fffffep-100f, -0.1f, FLT_MAX};

    for (size_t i = 0; i < sizeof(floats) / sizeof(*floats); i++) {
        mpb_square_sum sum = {0};

        mpb_square_sum_add(&sum, square(floats[i]));
        CHECK(value_of(&sum) == square(floats[i]));
    }
}

/* 2^20 times a number is exact. */
static void a_million_terms_are_not_rounded(void)
{
    mpb_square_sum sum = {0};

    for (int i = 0; i < 1 << 20; i++) {
        mpb_square_sum_add(&sum, square(0.1f));
    }
    CHECK(value_of(&sum) == ldexp(square(0.1f), 20));
}

/* Added before or after it, each alone or all together. */
static void small_terms_count_beside_a_large_one(void)
{
    mpb_square_sum sum = {0};

    for (int i = 0; i < 1 << 10; i++) {
        mpb_square_sum_add(&sum, 0x1p-60);
    }
    mpb_square_sum_add(&sum, 1.0);
    CHECK(value_of(&sum) == 1.0 + 0x1p-50);
}

static void order_and_parts_do_not_matter(void)
{
    mpb_square_sum whole = {0}, parts[PARTS] = {0};
    double want[MPB_SQUARE_NUMBERS], numbers[MPB_SQUARE_NUMBERS] = {0};

    for (unsigned i = 0; i < COUNT; i++) {
        const unsigned other = i * 1237 % COUNT;

        mpb_square_sum_add(&whole, term_at(i));
        mpb_square_sum_add(&parts[other % PARTS], term_at(other));
    }
    mpb_square_sum_merge(&whole, &(mpb_square_sum){0});
    mpb_square_sum_write(&whole, want);
    for (int part = 0; part < PARTS; part++) {
        double own[MPB_SQUARE_NUMBERS];

        mpb_square_sum_merge(&parts[part], &(mpb_square_sum){0});
        mpb_square_sum_write(&parts[part], own);
        for (int i = 0; i < MPB_SQUARE_NUMBERS; i++) {
            numbers[i] += own[i];
        }
    }
    CHECK(mpb_square_sum_read(numbers) == mpb_square_sum_read(want));
}

/* Long double has 11 bits more: its error over 5,000 terms is below half an ulp of a double. */
static void a_sum_is_that_of_long_doubles(void)
{
    mpb_square_sum sum = {0};
    long double want = 0.0L;

    for (unsigned i = 0; i < COUNT; i++) {
        mpb_square_sum_add(&sum, square(test_value(2, i)));
        want += (long double)square(test_value(2, i));
    }
    CHECK_NEAR(value_of(&sum), (double)want, 0x1p-52 * (double)want);
}

static void what_is_not_finite_makes_the_sum_nan(void)
{
    const double terms[] = {INFINITY, NAN, -NAN};

    for (int i = 0; i < 3; i++) {
        mpb_square_sum sum = {0};

        mpb_square_sum_add(&sum, 1.0);
        mpb_square_sum_add(&sum, terms[i]);
        CHECK(isnan(value_of(&sum)));
    }
}

int main(void)
{
    one_square_of_any_float_comes_back();
    a_million_terms_are_not_rounded();
    small_terms_count_beside_a_large_one();
    order_and_parts_do_not_matter();
    a_sum_is_that_of_long_doubles();
    what_is_not_finite_makes_the_sum_nan();
    return 0;
}
