#include <float.h>

#include "golden/nn/kernel_goldens.h"
#include "nn_test.h"

enum { GOLDEN = 29 };

static void values_and_gradients_equal_pytorchs(const mpb_nn *nn)
{
    const double tolerance = 6e-7; /* 2 ulp of numbers up to 4 */
    float x[GOLDEN], y[GOLDEN], dx[GOLDEN], u[GOLDEN];

    for (unsigned i = 0; i < GOLDEN; i++) {
        x[i] = 4.0f * test_value(5, i);
        u[i] = test_value(6, i);
    }

    nn->rows.gelu(GOLDEN, x, y);
    memcpy(dx, u, sizeof dx);
    nn->rows.gelu_backward(GOLDEN, x, dx, dx);
    CHECK_ALL_NEAR(GOLDEN, y, GELU_Y, tolerance);
    CHECK_ALL_NEAR(GOLDEN, dx, GELU_DX, tolerance);

    nn->rows.silu(GOLDEN, x, y);
    memcpy(dx, u, sizeof dx);
    nn->rows.silu_backward(GOLDEN, x, dx, dx);
    CHECK_ALL_NEAR(GOLDEN, y, SILU_Y, tolerance);
    CHECK_ALL_NEAR(GOLDEN, dx, SILU_DX, tolerance);

    nn->rows.tanh(GOLDEN, x, y);
    memcpy(dx, u, sizeof dx);
    nn->rows.tanh_backward(GOLDEN, y, dx);
    CHECK_ALL_NEAR(GOLDEN, y, TANH_Y, tolerance);
    CHECK_ALL_NEAR(GOLDEN, dx, TANH_DX, tolerance);

    nn->rows.relu(GOLDEN, x, y);
    memcpy(dx, u, sizeof dx);
    nn->rows.relu_backward(GOLDEN, y, dx);
    CHECK_ALL_NEAR(GOLDEN, y, RELU_Y, tolerance);
    CHECK_ALL_NEAR(GOLDEN, dx, RELU_DX, tolerance);
}

/* A diverged step must be noticed, wherever in a vector the NaN stands. */
static void nan_stays_nan(const mpb_nn *nn)
{
    for (int at = 0; at < GOLDEN; at++) {
        float x[GOLDEN] = {0}, y[GOLDEN];

        x[at] = NAN;
        nn->rows.gelu(GOLDEN, x, y);
        CHECK(isnan(y[at]));
        nn->rows.silu(GOLDEN, x, y);
        CHECK(isnan(y[at]));
        nn->rows.tanh(GOLDEN, x, y);
        CHECK(isnan(y[at]));
        nn->rows.relu(GOLDEN, x, y);
        CHECK(isnan(y[at]));
    }
}

/* Infinities too, but for GELU and SiLU of minus infinity, which is -infinity times 0 as in PyTorch. */
static void extreme_inputs_reach_their_limits(const mpb_nn *nn)
{
    const float x[8] = {-INFINITY, -FLT_MAX, -200.0f, -0.0f, 0.0f, 200.0f, FLT_MAX, INFINITY};
    float y[8];
    float slope[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    float steep[8] = {1, 1, 1, 1, 1, 1, 1, 1};

    nn->rows.gelu(8, x, y);
    CHECK(isnan(y[0]) && y[1] == 0.0f && y[2] == 0.0f && y[3] == 0.0f && y[4] == 0.0f);
    CHECK(y[5] == 200.0f && y[6] == FLT_MAX && y[7] == INFINITY);
    nn->rows.gelu_backward(8, x, slope, slope);
    CHECK(slope[1] == 0.0f && slope[2] == 0.0f && slope[3] == 0.5f && slope[4] == 0.5f);
    CHECK(slope[5] == 1.0f && slope[6] == 1.0f);
    nn->rows.silu(8, x, y);
    CHECK(isnan(y[0]) && y[1] == 0.0f && y[2] == 0.0f && y[3] == 0.0f && y[4] == 0.0f);
    CHECK(y[5] == 200.0f && y[6] == FLT_MAX && y[7] == INFINITY);
    nn->rows.silu_backward(8, x, steep, steep);
    CHECK(steep[1] == 0.0f && steep[2] == 0.0f && steep[3] == 0.5f && steep[4] == 0.5f);
    CHECK(steep[5] == 1.0f && steep[6] == 1.0f);
    nn->rows.tanh(8, x, y);
    CHECK(y[0] == -1.0f && y[1] == -1.0f && y[2] == -1.0f && y[3] == 0.0f && y[4] == 0.0f);
    CHECK(y[5] == 1.0f && y[6] == 1.0f && y[7] == 1.0f);
    nn->rows.relu(8, x, y);
    CHECK(y[0] == 0.0f && y[1] == 0.0f && y[2] == 0.0f && y[3] == 0.0f && y[4] == 0.0f);
    CHECK(y[5] == 200.0f && y[6] == FLT_MAX && y[7] == INFINITY);
}

/* Nothing is flushed to 0. */
static void denormal_inputs_keep_their_bits(const mpb_nn *nn)
{
    const float tiny = 0x1p-149f;
    const float x[4] = {tiny, -6.0f * tiny, 0x1.8p-127f, -0x1.8p-127f};
    float y[4];

    nn->rows.tanh(4, x, y);
    CHECK(memcmp(y, x, sizeof x) == 0);
    nn->rows.gelu(4, x, y);
    CHECK(y[1] == -3.0f * tiny && y[2] == 0x1.8p-128f && y[3] == -0x1.8p-128f);
}

/* Vector bodies and scalar ends must agree, or results would depend on how threads cut. */
static void bits_do_not_depend_on_the_split(const mpb_nn *nn)
{
    float x[GOLDEN], whole[GOLDEN], parts[GOLDEN];

    for (unsigned i = 0; i < GOLDEN; i++) {
        x[i] = 3.0f * test_value(13, i);
    }
    for (size_t cut = 0; cut <= GOLDEN; cut++) {
        nn->rows.gelu(GOLDEN, x, whole);
        nn->rows.gelu(cut, x, parts);
        nn->rows.gelu(GOLDEN - cut, x + cut, parts + cut);
        CHECK(memcmp(parts, whole, sizeof whole) == 0);
        nn->rows.gelu_backward(GOLDEN, x, whole, whole);
        nn->rows.gelu_backward(cut, x, parts, parts);
        nn->rows.gelu_backward(GOLDEN - cut, x + cut, parts + cut, parts + cut);
        CHECK(memcmp(parts, whole, sizeof whole) == 0);
        nn->rows.silu(GOLDEN, x, whole);
        nn->rows.silu(cut, x, parts);
        nn->rows.silu(GOLDEN - cut, x + cut, parts + cut);
        CHECK(memcmp(parts, whole, sizeof whole) == 0);
        nn->rows.silu_backward(GOLDEN, x, whole, whole);
        nn->rows.silu_backward(cut, x, parts, parts);
        nn->rows.silu_backward(GOLDEN - cut, x + cut, parts + cut, parts + cut);
        CHECK(memcmp(parts, whole, sizeof whole) == 0);
    }
}

int main(void)
{
    on_every_isa(values_and_gradients_equal_pytorchs);
    on_every_isa(nan_stays_nan);
    on_every_isa(extreme_inputs_reach_their_limits);
    on_every_isa(denormal_inputs_keep_their_bits);
    on_every_isa(bits_do_not_depend_on_the_split);
    return EXIT_SUCCESS;
}
