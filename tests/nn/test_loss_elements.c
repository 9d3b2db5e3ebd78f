/* Losses that are means over the elements of a row. */

#include "loss_test.h"

/* Of targets (K) and outputs (K); `weight` and doutputs as in mpb_loss_kernels. */
typedef double row_loss(const mpb_nn *nn, const float *targets, float weight, const float *outputs,
                        float *doutputs);

static double binary(const mpb_nn *nn, const float *targets, float weight, const float *outputs,
                     float *doutputs)
{
    return nn->loss.binary_cross_entropy(K, targets, 0.0f, NULL, weight, outputs, doutputs);
}

static double binary_weighted(const mpb_nn *nn, const float *targets, float weight,
                              const float *outputs, float *doutputs)
{
    float weights[K];

    fill_weights(weights);
    return nn->loss.binary_cross_entropy(K, targets, 0.0f, weights, weight, outputs, doutputs);
}

static double binary_smoothed(const mpb_nn *nn, const float *targets, float weight,
                              const float *outputs, float *doutputs)
{
    float weights[K];

    fill_weights(weights);
    return nn->loss.binary_cross_entropy(K, targets, 0.1f, weights, weight, outputs, doutputs);
}

static double squared(const mpb_nn *nn, const float *targets, float weight, const float *outputs,
                      float *doutputs)
{
    return nn->loss.squared_error(K, targets, weight, outputs, doutputs);
}

/* Without a gradient, with one, and in place. */
static void check_rows(const mpb_nn *nn, row_loss *loss, bool zero_or_one, const double *losses,
                       const double *gradients)
{
    for (int r = 0; r < ROWS; r++) {
        float targets[K], outputs[K], doutputs[K];

        for (int j = 0; j < K; j++) {
            const float target = test_value(14, (unsigned)(r * K + j));

            outputs[j] = 5.0f * test_value(13, (unsigned)(r * K + j));
            targets[j] = zero_or_one ? (float)(target > 0.0f) : target;
        }
        /* 1e-6: floats of losses up to 30 */
        CHECK_NEAR(loss(nn, targets, 0.25f, outputs, NULL), losses[r], 1e-6);
        CHECK_NEAR(loss(nn, targets, 0.25f, outputs, doutputs), losses[r], 1e-6);
        CHECK_ALL_NEAR(K, doutputs, gradients + (size_t)r * K, 1e-7);

        CHECK_NEAR(loss(nn, targets, 0.25f, outputs, outputs), losses[r], 1e-6);
        CHECK(memcmp(outputs, doutputs, sizeof outputs) == 0);
    }
}

static void binary_cross_entropy_and_squared_error_equal_pytorchs(const mpb_nn *nn)
{
    check_rows(nn, binary, true, BINARY_LOSS, BINARY_DLOGITS);
    check_rows(nn, binary_weighted, true, BINARY_WEIGHTED_LOSS, BINARY_WEIGHTED_DLOGITS);
    check_rows(nn, binary_smoothed, true, BINARY_SMOOTHED_LOSS, BINARY_SMOOTHED_DLOGITS);
    check_rows(nn, squared, false, SQUARED_ERROR_LOSS, SQUARED_ERROR_DOUTPUTS);
}

static void check_extreme_binary(const mpb_nn *nn, float target, const double *losses,
                                 const double *gradients)
{
    for (int i = 0; i < NUM_EXTREMES; i++) {
        float x = EXTREMES[i];

        check_alike(nn->loss.binary_cross_entropy(1, &target, 0.0f, NULL, 1.0f, &x, &x), losses[i]);
        check_alike((double)x, gradients[i]);
    }
}

static void check_extreme_squared(const mpb_nn *nn, const double *losses, const double *gradients)
{
    for (int i = 0; i < NUM_EXTREMES; i++) {
        const float target = 0.0f;
        float x = EXTREMES[i];

        check_alike(nn->loss.squared_error(1, &target, 1.0f, &x, &x), losses[i]);
        check_alike((double)x, gradients[i]);
    }
}

static void extreme_outputs_give_what_pytorch_makes_of_them(const mpb_nn *nn)
{
    check_extreme_binary(nn, 0.0f, EXTREME_BINARY_0_LOSS, EXTREME_BINARY_0_GRADIENT);
    check_extreme_binary(nn, 1.0f, EXTREME_BINARY_1_LOSS, EXTREME_BINARY_1_GRADIENT);
    check_extreme_squared(nn, EXTREME_SQUARED_LOSS, EXTREME_SQUARED_GRADIENT);
}

int main(void)
{
    on_every_isa(binary_cross_entropy_and_squared_error_equal_pytorchs);
    on_every_isa(extreme_outputs_give_what_pytorch_makes_of_them);
    return EXIT_SUCCESS;
}
