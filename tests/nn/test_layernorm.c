#include "golden/nn/kernel_goldens.h"
#include "nn_test.h"

enum { R = 3, C = 37, COUNT = R * C };

static const float EPS = 1e-12f;

typedef struct values {
    float x[COUNT], u[COUNT], gamma[C], beta[C];
    float y[COUNT], xhat[COUNT], rstd[R];
} values;

static void fill(unsigned seed, size_t count, float *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = test_value(seed, (unsigned)i);
    }
}

static values values_of_the_goldens(void)
{
    values a;

    fill(1, COUNT, a.x);
    fill(2, COUNT, a.u);
    fill(3, C, a.gamma);
    fill(4, C, a.beta);
    return a;
}

/* 4e-6: a few float roundings of numbers up to 3, on sums of 37. */
static const double ROUNDING = 4e-6;

static void values_and_gradients_equal_pytorchs(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    float dx[COUNT], dgamma[C] = {0}, dbeta[C] = {0};

    nn->layernorm.forward(R, C, EPS, a.x, a.gamma, a.beta, a.y, a.xhat, a.rstd);
    nn->layernorm.backward(R, C, a.u, a.xhat, a.gamma, a.rstd, dx);
    nn->layernorm.backward_params(R, C, C, a.u, a.xhat, dgamma, dbeta);
    CHECK_ALL_NEAR(COUNT, a.y, LAYERNORM_Y, ROUNDING);
    CHECK_ALL_NEAR(COUNT, dx, LAYERNORM_DX, ROUNDING);
    CHECK_ALL_NEAR(C, dgamma, LAYERNORM_DGAMMA, ROUNDING);
    CHECK_ALL_NEAR(C, dbeta, LAYERNORM_DBETA, ROUNDING);
}

static void rebuild_gives_the_bits_of_forward(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    float again[COUNT];

    nn->layernorm.forward(R, C, EPS, a.x, a.gamma, a.beta, a.y, a.xhat, a.rstd);
    nn->layernorm.rebuild(R, C, a.xhat, a.gamma, a.beta, again);
    CHECK(memcmp(again, a.y, sizeof again) == 0);
}

/* xhat is that of floats, rounded; the output is what backward makes of it again. */
static void output_follows_from_the_rounded_xhat(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    mpb_bf16 narrow[COUNT];
    float y[COUNT], xhat[COUNT], rstd[R];

    nn->layernorm.forward(R, C, EPS, a.x, a.gamma, a.beta, a.y, a.xhat, a.rstd);
    nn->layernorm.forward_bf16(R, C, EPS, a.x, a.gamma, a.beta, y, narrow, rstd);
    CHECK(memcmp(rstd, a.rstd, sizeof rstd) == 0);
    for (int i = 0; i < COUNT; i++) {
        CHECK(narrow[i] == mpb_bf16_round(a.xhat[i]));
    }
    nn->rows.widen(COUNT, narrow, xhat);
    nn->layernorm.rebuild(R, C, xhat, a.gamma, a.beta, xhat);
    CHECK(memcmp(xhat, y, sizeof y) == 0);
    nn->layernorm.forward_bf16(R, C, EPS, a.x, a.gamma, a.beta, a.x, narrow, rstd);
    CHECK(memcmp(a.x, y, sizeof y) == 0);
}

static void output_may_be_the_input(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    float y[COUNT], dx[COUNT];

    memcpy(y, a.x, sizeof y);
    memcpy(dx, a.u, sizeof dx);
    nn->layernorm.forward(R, C, EPS, y, a.gamma, a.beta, y, a.xhat, a.rstd);
    nn->layernorm.backward(R, C, dx, a.xhat, a.gamma, a.rstd, dx);
    CHECK_ALL_NEAR(COUNT, y, LAYERNORM_Y, ROUNDING);
    CHECK_ALL_NEAR(COUNT, dx, LAYERNORM_DX, ROUNDING);
}

/* A mean of 1000 costs the one-pass formula all digits of a variance of 1/3. */
static void large_mean_does_not_hurt_the_variance(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    float moved[COUNT], y[COUNT];

    for (int i = 0; i < COUNT; i++) {
        moved[i] = a.x[i] + 1000.0f;
    }
    nn->layernorm.forward(R, C, EPS, a.x, a.gamma, a.beta, a.y, a.xhat, a.rstd);
    nn->layernorm.forward(R, C, EPS, moved, a.gamma, a.beta, y, a.xhat, a.rstd);
    for (int i = 0; i < COUNT; i++) {
        CHECK_NEAR((double)y[i], (double)a.y[i], 5e-4); /* moved[] is rounded to 6e-5 */
    }
}

static void bits_do_not_depend_on_the_split(const mpb_nn *nn)
{
    values a = values_of_the_goldens();
    float whole_gamma[C] = {0}, whole_beta[C] = {0}, gamma[C] = {0}, beta[C] = {0}, y[COUNT];
    const int cut = 11;

    nn->layernorm.forward(R, C, EPS, a.x, a.gamma, a.beta, a.y, a.xhat, a.rstd);
    nn->layernorm.forward(1, C, EPS, a.x, a.gamma, a.beta, y, a.xhat, a.rstd);
    nn->layernorm.forward(R - 1, C, EPS, a.x + C, a.gamma, a.beta, y + C, a.xhat + C, a.rstd + 1);
    CHECK(memcmp(y, a.y, sizeof y) == 0);

    nn->layernorm.backward_params(R, C, C, a.u, a.xhat, whole_gamma, whole_beta);
    nn->layernorm.backward_params(R, cut, C, a.u, a.xhat, gamma, beta);
    nn->layernorm.backward_params(R, C - cut, C, a.u + cut, a.xhat + cut, gamma + cut, beta + cut);
    CHECK(memcmp(gamma, whole_gamma, sizeof gamma) == 0);
    CHECK(memcmp(beta, whole_beta, sizeof beta) == 0);
}

int main(void)
{
    on_every_isa(values_and_gradients_equal_pytorchs);
    on_every_isa(rebuild_gives_the_bits_of_forward);
    on_every_isa(output_may_be_the_input);
    on_every_isa(output_follows_from_the_rounded_xhat);
    on_every_isa(large_mean_does_not_hurt_the_variance);
    on_every_isa(bits_do_not_depend_on_the_split);
    return EXIT_SUCCESS;
}
