/* Calibration error and perplexity: the figures of their formulas in NumPy and PyTorch. */

#include "mpibert/eval/metrics_calibration.h"

#include "check.h"
#include "golden/eval/calibration_goldens.h"

enum { COUNT = sizeof(CONFIDENCE) / sizeof(*CONFIDENCE) };

static void the_calibration_error_equals_its_formula(void)
{
    mpb_calibration calibration = {0};

    for (int i = 0; i < COUNT; i++) {
        mpb_calibration_add(&calibration, CONFIDENCE[i], RIGHT[i] != 0);
    }
    /* Doubles on both sides. */
    CHECK_NEAR(mpb_calibration_error(&calibration), CALIBRATION_VALUES[0], 1e-12);
}

static void a_prediction_on_an_edge_is_in_the_bin_below(void)
{
    for (int m = 1; m <= MPB_CALIBRATION_BINS; m++) {
        mpb_calibration calibration = {0};

        mpb_calibration_add(&calibration, (double)m / MPB_CALIBRATION_BINS, true);
        CHECK(calibration.predictions[m - 1] == 1 && calibration.hits[m - 1] == 1);
    }
}

static void without_predictions_there_is_no_error(void)
{
    const mpb_calibration calibration = {0};

    CHECK(isnan(mpb_calibration_error(&calibration)));
}

static void perplexity_equals_pytorchs(void)
{
    double sum = 0.0;

    for (size_t i = 0; i < sizeof(LOSSES) / sizeof(*LOSSES); i++) {
        sum += LOSSES[i];
    }
    /* exp multiplies what 30 sums round by the mean loss, about 4. */
    CHECK_NEAR(mpb_perplexity(sum, sizeof(LOSSES) / sizeof(*LOSSES)), CALIBRATION_VALUES[1],
               1e-12 * CALIBRATION_VALUES[1]);
}

static void perplexity_may_be_infinite_or_undefined(void)
{
    CHECK(isinf(mpb_perplexity(1e6, 1)));
    CHECK(isnan(mpb_perplexity(0.0, 0)));
}

int main(void)
{
    the_calibration_error_equals_its_formula();
    a_prediction_on_an_edge_is_in_the_bin_below();
    without_predictions_there_is_no_error();
    perplexity_equals_pytorchs();
    perplexity_may_be_infinite_or_undefined();
    return 0;
}
