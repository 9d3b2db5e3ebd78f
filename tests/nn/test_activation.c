#include "golden/nn/kernel_goldens.h"
#include "nn_test.h"

enum { GOLDEN = 29, GRID = 1 << 16 };

/* Point i of an even grid over [-12, 12): beyond it GELU is 0 or u in float. */
static float grid_point(int i)
{
    return 24.0f * (float)i / GRID - 12.0f;
}

static double normal_cdf(double u)
{
    return 0.5 * erfc(-u * M_SQRT1_2);
}

static void gelu_is_exact_to_float_on_a_grid(const mpb_nn *nn)
{
    float *u = random_floats(1, GRID, 1.0f);
    float *a = random_floats(1, GRID, 1.0f);

    for (int i = 0; i < GRID; i++) {
        u[i] = grid_point(i);
    }
    nn->rows.gelu(GRID, u, a);
    for (int i = 0; i < GRID; i++) {
        double x = (double)u[i];

        /* 5 roundings, and that of u^2 / 2 (up to 2^-24 * 72) in the exponent */
        CHECK_NEAR((double)a[i], x * normal_cdf(x),
                   (5e-7 + 4e-8 * x * x) * fabs(x * normal_cdf(x)));
        /* erf(u / sqrt 2) = 2 gelu(u) / u - 1 */
        CHECK_NEAR(x == 0.0 ? 0.0 : 2.0 * (double)a[i] / x - 1.0,
                   x == 0.0 ? 0.0 : erf(x * M_SQRT1_2), 3e-7);
    }
    free(u);
    free(a);
}

static void gelu_backward_is_the_derivative_on_a_grid(const mpb_nn *nn)
{
    float *u = random_floats(1, GRID, 1.0f);
    float *da = random_floats(2, GRID, 1.0f);

    for (int i = 0; i < GRID; i++) {
        u[i] = grid_point(i);
        da[i] = 2.0f;
    }
    nn->rows.gelu_backward(GRID, u, da);
    for (int i = 0; i < GRID; i++) {
        double x = (double)u[i];
        double density = exp(-0.5 * x * x) * 0.5 * M_2_SQRTPI * M_SQRT1_2;

        CHECK_NEAR((double)da[i], 2.0 * (normal_cdf(x) + x * density), 6e-7); /* 3 ulp below 2.3 */
    }
    free(u);
    free(da);
}

static void tanh_is_accurate_near_0_and_far_away(const mpb_nn *nn)
{
    float *x = random_floats(1, GRID, 1.0f);
    float *y = random_floats(1, GRID, 1.0f);

    for (int i = 0; i < GRID; i++) {
        x[i] = i % 2 == 0 ? grid_point(i) : grid_point(i) * 1e-3f;
    }
    nn->rows.tanh(GRID, x, y);
    for (int i = 0; i < GRID; i++) {
        double want = tanh((double)x[i]);

        CHECK_NEAR((double)y[i], want, 3e-7 * fabs(want)); /* 5 ulp */
    }
    free(x);
    free(y);
}

/* exp shows in a softmax of two: p1 / p0 = exp(x1 - x0). */
static void exp_is_within_a_few_ulp_on_a_grid(const mpb_nn *nn)
{
    for (int i = 0; i < GRID; i++) {
        float logits[2] = {0.0f, -86.0f * (float)i / GRID};
        float p[2];
        double want = exp((double)logits[1]);

        nn->loss.softmax(2, logits, p);
        CHECK_NEAR((double)p[1] / (double)p[0], want, 2.4e-7 * want); /* 2 ulp and two roundings */
    }
}

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
    nn->rows.gelu_backward(GOLDEN, x, dx);
    CHECK_ALL_NEAR(GOLDEN, y, GELU_Y, tolerance);
    CHECK_ALL_NEAR(GOLDEN, dx, GELU_DX, tolerance);

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
        nn->rows.tanh(GOLDEN, x, y);
        CHECK(isnan(y[at]));
        nn->rows.relu(GOLDEN, x, y);
        CHECK(isnan(y[at]));
    }
}

static void extreme_inputs_reach_their_limits(const mpb_nn *nn)
{
    const float x[6] = {-3e38f, -200.0f, -0.0f, 0.0f, 200.0f, 3e38f};
    float y[6];

    nn->rows.gelu(6, x, y);
    CHECK(y[0] == 0.0f && y[1] == 0.0f && y[2] == 0.0f && y[3] == 0.0f);
    CHECK(y[4] == 200.0f && y[5] == 3e38f);
    nn->rows.tanh(6, x, y);
    CHECK(y[0] == -1.0f && y[1] == -1.0f && y[2] == 0.0f && y[4] == 1.0f && y[5] == 1.0f);
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
        nn->rows.gelu_backward(GOLDEN, x, whole);
        nn->rows.gelu_backward(cut, x, parts);
        nn->rows.gelu_backward(GOLDEN - cut, x + cut, parts + cut);
        CHECK(memcmp(parts, whole, sizeof whole) == 0);
    }
}

int main(void)
{
    on_every_isa(gelu_is_exact_to_float_on_a_grid);
    on_every_isa(gelu_backward_is_the_derivative_on_a_grid);
    on_every_isa(tanh_is_accurate_near_0_and_far_away);
    on_every_isa(exp_is_within_a_few_ulp_on_a_grid);
    on_every_isa(values_and_gradients_equal_pytorchs);
    on_every_isa(nan_stays_nan);
    on_every_isa(extreme_inputs_reach_their_limits);
    on_every_isa(bits_do_not_depend_on_the_split);
    return EXIT_SUCCESS;
}
