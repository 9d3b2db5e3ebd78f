/* mpb_classification_metrics: scikit-learn's figures for the same logits. */

#include "mpibert/eval/metrics.h"

#include "check.h"
#include "golden/eval/metrics_goldens.h"

/* expected: loss, accuracy, f1, macro f1, MCC */
static void figures_equal_scikit_learns(size_t count, int num_labels, const float *logits,
                                        const int32_t *labels, const double expected[5])
{
    mpb_classification_metrics metrics = {0};
    int64_t total = 0;

    CHECK_OK(mpb_classification_metrics_compute(count, num_labels, logits, labels, &metrics));
    CHECK_NEAR(metrics.loss, expected[0], 1e-12); /* double precision on both sides */
    CHECK_NEAR(metrics.accuracy, expected[1], 1e-12);
    CHECK_NEAR(metrics.f1, expected[2], 1e-12);
    CHECK_NEAR(metrics.macro_f1, expected[3], 1e-12);
    CHECK_NEAR(metrics.mcc, expected[4], 1e-12);
    for (int i = 0; i < num_labels * num_labels; i++) {
        total += metrics.confusion[i];
    }
    CHECK(total == (int64_t)count);
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
    figures_equal_scikit_learns(40, 2, BINARY_LOGITS, BINARY_LABELS, BINARY_VALUES);
    figures_equal_scikit_learns(60, 5, FIVE_LOGITS, FIVE_LABELS, FIVE_VALUES);
    huge_logits_do_not_overflow();
    equal_logits_predict_the_first_label();
    return 0;
}
