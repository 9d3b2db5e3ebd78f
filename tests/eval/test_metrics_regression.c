/* mpb_regression_metrics: scikit-learn's and SciPy's figures for the same numbers. */

#include "mpibert/eval/metrics_regression.h"

#include "check.h"
#include "golden/eval/regression_goldens.h"

static void equals(const char *name, double got, double want, double tolerance)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= tolerance)) {
        fprintf(stderr, "%s: %.17g instead of %.17g\n", name, got, want);
        exit(EXIT_FAILURE);
    }
}

static void figures_equal_scikit_learns_and_scipys(void)
{
    for (size_t i = 0; i < sizeof(REGRESSION_CASES) / sizeof(*REGRESSION_CASES); i++) {
        const double *expected = REGRESSION_CASES[i].expected;
        mpb_regression_metrics metrics = {0};

        CHECK_OK(mpb_regression_metrics_compute(REGRESSION_CASES[i].count,
                                                REGRESSION_CASES[i].predicted,
                                                REGRESSION_CASES[i].targets, &metrics));
        CHECK(metrics.num_values == REGRESSION_CASES[i].count);
        /* Both sides compute in doubles; squares have no scale of their own. */
        equals(REGRESSION_CASES[i].name, metrics.mse, expected[0], 1e-12 * fabs(expected[0]));
        equals(REGRESSION_CASES[i].name, metrics.pearson, expected[1], 1e-12);
        equals(REGRESSION_CASES[i].name, metrics.spearman, expected[2], 1e-12);
    }
}

static void without_numbers_nothing_is_defined(void)
{
    mpb_regression_metrics metrics = {0};

    CHECK_OK(mpb_regression_metrics_compute(0, NULL, NULL, &metrics));
    CHECK(metrics.num_values == 0);
    CHECK(isnan(metrics.mse) && isnan(metrics.pearson) && isnan(metrics.spearman));
}

static void a_number_that_is_none_shows_in_every_figure(void)
{
    const float predicted[3] = {1.0f, NAN, 3.0f};
    const float targets[3] = {1.0f, 2.0f, 3.0f};
    mpb_regression_metrics metrics = {0};

    CHECK_OK(mpb_regression_metrics_compute(3, predicted, targets, &metrics));
    CHECK(isnan(metrics.mse) && isnan(metrics.pearson) && isnan(metrics.spearman));
}

/* As SciPy: ranks exist, sums do not. */
static void an_infinite_number_has_a_rank(void)
{
    const float predicted[3] = {1.0f, INFINITY, 3.0f};
    const float targets[3] = {1.0f, 3.0f, 2.0f};
    mpb_regression_metrics metrics = {0};

    CHECK_OK(mpb_regression_metrics_compute(3, predicted, targets, &metrics));
    CHECK(isinf(metrics.mse) && isnan(metrics.pearson));
    CHECK_NEAR(metrics.spearman, 1.0, 1e-12); /* rounding of three products */
}

static void rounding_takes_no_correlation_beyond_1(void)
{
    enum { MOST = 60 };
    float predicted[MOST], targets[MOST];

    for (unsigned count = 2; count <= MOST; count++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            mpb_regression_metrics metrics = {0};

            for (unsigned i = 0; i < count; i++) {
                predicted[i] = test_value(count, i);
                targets[i] = (float)sign * 2.0f * predicted[i];
            }
            CHECK_OK(mpb_regression_metrics_compute(count, predicted, targets, &metrics));
            CHECK(fabs(metrics.pearson) <= 1.0 && fabs(metrics.spearman) <= 1.0);
            CHECK_NEAR(metrics.pearson, sign, 1e-12); /* rounding of up to 60 products */
        }
    }
}

/* Numbers in order against the same, half way round: every rank is n / 2 off, and Spearman's
 * 1 - 6 sum d^2 / (n^3 - n) is 1 - 1.5 n^2 / (n^2 - 1). Pearson's is the same. */
static void a_million_numbers_are_as_exact_as_ten(void)
{
    enum { N = 1 << 20 };
    const double n = N;
    const double expected = 1.0 - 1.5 * n * n / (n * n - 1.0);
    float *predicted = malloc(N * sizeof(*predicted)), *targets = malloc(N * sizeof(*targets));
    mpb_regression_metrics metrics = {0};

    CHECK(predicted != NULL && targets != NULL);
    for (int i = 0; i < N; i++) {
        predicted[i] = (float)i;
        targets[i] = (float)((i + N / 2) % N);
    }
    CHECK_OK(mpb_regression_metrics_compute(N, predicted, targets, &metrics));
    CHECK_NEAR(metrics.mse, n * n / 4.0, 0.0);    /* a power of two */
    CHECK_NEAR(metrics.pearson, expected, 1e-14); /* some roundings of each product */
    CHECK_NEAR(metrics.spearman, expected, 1e-14);
    free(predicted);
    free(targets);
}

int main(void)
{
    figures_equal_scikit_learns_and_scipys();
    without_numbers_nothing_is_defined();
    a_number_that_is_none_shows_in_every_figure();
    an_infinite_number_has_a_rank();
    rounding_takes_no_correlation_beyond_1();
    a_million_numbers_are_as_exact_as_ten();
    return 0;
}
