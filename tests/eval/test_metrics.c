/* mpb_classification_metrics: scikit-learn's figures for the same logits. */

#include "mpibert/eval/metrics.h"

#include "check.h"
#include "golden/eval/metrics_goldens.h"

/* Both sides compute in double precision. */
static const double ROUNDING = 1e-12;

static void scores_equal(mpb_scores scores, const double expected[3])
{
    CHECK_NEAR(scores.precision, expected[0], ROUNDING);
    CHECK_NEAR(scores.recall, expected[1], ROUNDING);
    CHECK_NEAR(scores.f1, expected[2], ROUNDING);
}

static void labels_equal(const mpb_classification_metrics *metrics, const double *report,
                         const int64_t *confusion)
{
    const int num_labels = metrics->num_labels;

    for (int j = 0; j < num_labels; j++) {
        scores_equal(mpb_scores_of(metrics->per_label[j]), report + (ptrdiff_t)4 * j);
        CHECK_NEAR((double)metrics->per_label[j].gold, report[4 * j + 3], 0.0); /* a count */
    }
    for (int i = 0; i < num_labels * num_labels; i++) {
        CHECK(metrics->confusion[i] == confusion[i]);
    }
}

static void figures_equal_scikit_learns(void)
{
    for (size_t i = 0; i < sizeof(CLASSIFICATION_CASES) / sizeof(*CLASSIFICATION_CASES); i++) {
        const double *expected = CLASSIFICATION_CASES[i].expected;
        mpb_classification_metrics metrics = {0};

        CHECK_OK(mpb_classification_metrics_compute(
            CLASSIFICATION_CASES[i].count, CLASSIFICATION_CASES[i].num_labels,
            CLASSIFICATION_CASES[i].logits, CLASSIFICATION_CASES[i].labels, &metrics));
        CHECK_NEAR(metrics.loss, expected[0], ROUNDING);
        CHECK_NEAR(metrics.accuracy, expected[1], ROUNDING);
        CHECK_NEAR(metrics.f1, expected[2], ROUNDING);
        CHECK_NEAR(metrics.averages.macro.f1, expected[3], ROUNDING);
        CHECK_NEAR(metrics.averages.weighted.f1, expected[4], ROUNDING);
        CHECK_NEAR(metrics.mcc, expected[5], ROUNDING);
        CHECK_NEAR(metrics.calibration_error, expected[6], ROUNDING);
        scores_equal(metrics.averages.macro, CLASSIFICATION_CASES[i].averages);
        scores_equal(metrics.averages.weighted, CLASSIFICATION_CASES[i].averages + 3);
        labels_equal(&metrics, CLASSIFICATION_CASES[i].report, CLASSIFICATION_CASES[i].confusion);
        mpb_classification_metrics_clear(&metrics);
    }
}

static void without_examples_figures_are_undefined(void)
{
    mpb_classification_metrics metrics = {0};

    CHECK_OK(mpb_classification_metrics_compute(0, 3, NULL, NULL, &metrics));
    CHECK(isnan(metrics.loss) && isnan(metrics.accuracy) && isnan(metrics.f1));
    CHECK(isnan(metrics.averages.macro.f1) && isnan(metrics.averages.weighted.recall));
    CHECK(isnan(metrics.mcc));
    CHECK(isnan(metrics.calibration_error));
    mpb_classification_metrics_clear(&metrics);
}

static void huge_logits_do_not_overflow(void)
{
    const float logits[3] = {3e38f, -3e38f, 0.0f};

    CHECK(mpb_log_loss(logits, 3, 0) == 0.0);
    CHECK(isfinite(mpb_log_loss(logits, 3, 1)));
}

static void equal_logits_predict_the_first_label(void)
{
    const float logits[3] = {1.0f, 1.0f, 1.0f};

    CHECK(mpb_argmax(logits, 3) == 0);
}

int main(void)
{
    figures_equal_scikit_learns();
    without_examples_figures_are_undefined();
    huge_logits_do_not_overflow();
    equal_logits_predict_the_first_label();
    return 0;
}
