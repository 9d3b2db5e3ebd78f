/* mpb_multilabel_metrics: scikit-learn's figures for the same logits. */

#include "mpibert/eval/metrics_multilabel.h"

#include "check.h"
#include "golden/eval/multilabel_goldens.h"

/* Both sides compute in doubles. */
static void equal(mpb_scores got, const double expected[3])
{
    CHECK_NEAR(got.precision, expected[0], 1e-12);
    CHECK_NEAR(got.recall, expected[1], 1e-12);
    CHECK_NEAR(got.f1, expected[2], 1e-12);
}

static void labels_equal(const mpb_multilabel_metrics *metrics, const double *expected)
{
    for (int j = 0; j < metrics->num_labels; j++) {
        equal(mpb_scores_of(metrics->per_label[j]), expected + (ptrdiff_t)4 * j);
        CHECK_NEAR((double)metrics->per_label[j].gold, expected[4 * j + 3], 0.0); /* a count */
    }
}

static void figures_equal_scikit_learns(void)
{
    for (size_t i = 0; i < sizeof(MULTILABEL_CASES) / sizeof(*MULTILABEL_CASES); i++) {
        const double *expected = MULTILABEL_CASES[i].expected;
        mpb_multilabel_metrics metrics = {0};

        CHECK_OK(mpb_multilabel_metrics_compute(
            MULTILABEL_CASES[i].num_examples, MULTILABEL_CASES[i].num_labels,
            MULTILABEL_CASES[i].logits, MULTILABEL_CASES[i].targets, &metrics));
        CHECK_NEAR(metrics.loss, expected[0], 1e-12);
        CHECK_NEAR(metrics.accuracy, expected[1], 1e-12);
        equal(metrics.averages.micro, expected + 2);
        equal(metrics.averages.macro, expected + 5);
        equal(metrics.averages.weighted, expected + 8);
        equal(metrics.samples, expected + 11);
        CHECK_NEAR(metrics.calibration_error, expected[14], 1e-12);
        labels_equal(&metrics, MULTILABEL_CASES[i].labels);
        mpb_multilabel_metrics_clear(&metrics);
    }
}

static void without_examples_figures_are_undefined(void)
{
    mpb_multilabel_metrics metrics = {0};

    CHECK_OK(mpb_multilabel_metrics_compute(0, 2, NULL, NULL, &metrics));
    CHECK(isnan(metrics.accuracy) && isnan(metrics.loss));
    CHECK(isnan(metrics.averages.micro.f1) && isnan(metrics.averages.macro.precision));
    CHECK(isnan(metrics.samples.recall) && isnan(metrics.calibration_error));
    mpb_multilabel_metrics_clear(&metrics);
}

int main(void)
{
    figures_equal_scikit_learns();
    without_examples_figures_are_undefined();
    return 0;
}
