#include "loss_test.h"

static const int LABELS[ROWS] = {0, 4, 2, 1};

static void check_cross_entropy(const mpb_nn *nn, float smoothing, const double *losses,
                                const double *gradients)
{
    for (int r = 0; r < ROWS; r++) {
        float logits[K], dlogits[K];

        for (int j = 0; j < K; j++) {
            logits[j] = 5.0f * test_value(11, (unsigned)(r * K + j));
        }
        /* 1e-6: exp to 2 ulp, on losses up to 8 */
        CHECK_NEAR(nn->loss.cross_entropy(K, LABELS[r], smoothing, NULL, 0.25f, logits, NULL),
                   losses[r], 1e-6);
        CHECK_NEAR(nn->loss.cross_entropy(K, LABELS[r], smoothing, NULL, 0.25f, logits, dlogits),
                   losses[r], 1e-6);
        CHECK_ALL_NEAR(K, dlogits, gradients + (size_t)r * K, 1e-7);

        CHECK_NEAR(nn->loss.cross_entropy(K, LABELS[r], smoothing, NULL, 0.25f, logits, logits),
                   losses[r], 1e-6);
        CHECK(memcmp(logits, dlogits, sizeof logits) == 0);
    }
}

static void check_weighted_mean(const mpb_nn *nn, float smoothing, double want,
                                const double *gradients)
{
    float weights[K];
    double divisor = 0.0;
    double loss = 0.0;

    fill_weights(weights);
    for (int r = 0; r < ROWS; r++) {
        divisor += (double)weights[LABELS[r]];
    }
    for (int r = 0; r < ROWS; r++) {
        float x[K];

        for (int j = 0; j < K; j++) {
            x[j] = 5.0f * test_value(11, (unsigned)(r * K + j));
        }
        loss +=
            nn->loss.cross_entropy(K, LABELS[r], smoothing, weights, (float)(1.0 / divisor), x, x);
        CHECK_ALL_NEAR(K, x, gradients + (size_t)r * K, 1e-7);
    }
    CHECK_NEAR(loss / divisor, want, 1e-6);
}

static void weighted_means_equal_pytorchs(const mpb_nn *nn)
{
    check_weighted_mean(nn, 0.0f, WEIGHTED_LOSS[0], WEIGHTED_DLOGITS);
    check_weighted_mean(nn, 0.1f, WEIGHTED_SMOOTHED_LOSS[0], WEIGHTED_SMOOTHED_DLOGITS);
}

static void check_extreme_softmax(const mpb_nn *nn, int label, float smoothing,
                                  const double *losses, const double *gradients)
{
    for (int i = 0; i < NUM_EXTREMES; i++) {
        float x[3] = {EXTREMES[i], 0.0f, 1.0f};

        check_alike(nn->loss.cross_entropy(3, label, smoothing, NULL, 1.0f, x, x), losses[i]);
        for (int j = 0; j < 3; j++) {
            check_alike((double)x[j], gradients[3 * i + j]);
        }
    }
}

static void extreme_logits_give_what_pytorch_makes_of_them(const mpb_nn *nn)
{
    check_extreme_softmax(nn, 0, 0.0f, EXTREME_SOFTMAX_0_LOSS, EXTREME_SOFTMAX_0_GRADIENT);
    check_extreme_softmax(nn, 1, 0.0f, EXTREME_SOFTMAX_1_LOSS, EXTREME_SOFTMAX_1_GRADIENT);
    check_extreme_softmax(nn, 0, 0.1f, EXTREME_SOFTMAX_SMOOTHED_0_LOSS,
                          EXTREME_SOFTMAX_SMOOTHED_0_GRADIENT);
    check_extreme_softmax(nn, 1, 0.1f, EXTREME_SOFTMAX_SMOOTHED_1_LOSS,
                          EXTREME_SOFTMAX_SMOOTHED_1_GRADIENT);
}

static void loss_and_gradient_equal_pytorchs(const mpb_nn *nn)
{
    check_cross_entropy(nn, 0.0f, CROSS_ENTROPY_LOSS, CROSS_ENTROPY_DLOGITS);
    check_cross_entropy(nn, 0.1f, SMOOTHED_LOSS, SMOOTHED_DLOGITS);
}

/* exp within 1 ulp and two roundings, and the rounding of x - max, which exp makes relative. */
static void probabilities_are_those_of_double_precision(const mpb_nn *nn)
{
    static const int sizes[] = {1, 2, 3, 17, 31, 33, 1000};

    for (unsigned i = 0; i < 3 * sizeof sizes / sizeof *sizes; i++) {
        int count = sizes[i / 3];
        float *logits = random_floats(i, (size_t)count,
                                      i % 3 == 0   ? 1.0f
                                      : i % 3 == 1 ? 10.0f
                                                   : 40.0f);
        float *p = random_floats(i, (size_t)count, 0.0f);
        double top = -INFINITY;
        double sum = 0.0;

        nn->loss.softmax(count, logits, p);
        for (int j = 0; j < count; j++) {
            top = fmax(top, (double)logits[j]);
        }
        for (int j = 0; j < count; j++) {
            sum += exp((double)logits[j] - top);
        }
        for (int j = 0; j < count; j++) {
            double below = top - (double)logits[j];
            double want = exp(-below) / sum;

            CHECK_NEAR((double)p[j], want, (4.0 + below) * 0x1p-24 * want);
        }
        free(logits);
        free(p);
    }
}

static void probabilities_sum_to_1_over_a_vocabulary(const mpb_nn *nn)
{
    enum { VOCABULARY = 30522 };
    float *p = random_floats(1, VOCABULARY, 10.0f);
    double sum = 0.0;

    nn->loss.softmax(VOCABULARY, p, p);
    for (int j = 0; j < VOCABULARY; j++) {
        sum += (double)p[j];
    }
    CHECK_NEAR(sum, 1.0, 2e-7); /* one rounding of the scale, errors of exp that cancel */
    free(p);
}

static void large_logits_do_not_overflow(const mpb_nn *nn)
{
    const float logits[3] = {3e38f, -3e38f, 0.0f};
    float p[3];

    nn->loss.softmax(3, logits, p);
    CHECK(p[0] == 1.0f && p[1] == 0.0f && p[2] == 0.0f);
    CHECK_NEAR(nn->loss.cross_entropy(3, 0, 0.0f, NULL, 1.0f, logits, NULL), 0.0, 0.0);
}

/* exp of it overflows unless it is the one that is subtracted. */
static void largest_logit_is_found_wherever_it_stands(const mpb_nn *nn)
{
    enum { MOST = 35 };

    for (int count = 1; count <= MOST; count++) {
        for (int at = 0; at < count; at++) {
            float logits[MOST] = {0};

            logits[at] = 1000.0f;
            CHECK_NEAR(nn->loss.cross_entropy(count, at, 0.0f, NULL, 1.0f, logits, NULL), 0.0, 0.0);
            nn->loss.softmax(count, logits, logits);
            CHECK(logits[at] == 1.0f);
        }
    }
}

static void a_logit_of_minus_infinity_is_impossible(const mpb_nn *nn)
{
    const float logits[3] = {-INFINITY, 0.0f, -1e-40f};
    float p[3];

    nn->loss.softmax(3, logits, p);
    CHECK(p[0] == 0.0f && p[1] == 0.5f && p[2] == 0.5f);
}

static void nan_gives_a_nan_loss(const mpb_nn *nn)
{
    for (int at = 0; at < K; at++) {
        float logits[K] = {0};

        logits[at] = NAN;
        CHECK(isnan(nn->loss.cross_entropy(K, 1, 0.0f, NULL, 1.0f, logits, NULL)));
        logits[at] = -NAN;
        CHECK(isnan(nn->loss.cross_entropy(K, 1, 0.0f, NULL, 1.0f, logits, NULL)));
    }
}

int main(void)
{
    on_every_isa(loss_and_gradient_equal_pytorchs);
    on_every_isa(weighted_means_equal_pytorchs);
    on_every_isa(extreme_logits_give_what_pytorch_makes_of_them);
    on_every_isa(probabilities_are_those_of_double_precision);
    on_every_isa(probabilities_sum_to_1_over_a_vocabulary);
    on_every_isa(large_logits_do_not_overflow);
    on_every_isa(largest_logit_is_found_wherever_it_stands);
    on_every_isa(a_logit_of_minus_infinity_is_impossible);
    on_every_isa(nan_gives_a_nan_loss);
    return EXIT_SUCCESS;
}
