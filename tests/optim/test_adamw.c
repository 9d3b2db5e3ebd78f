/* mpb_optim: AdamW equals torch.optim.AdamW on every instruction set of this CPU. */

#include "mpibert/optim/adamw.h"

#include "check.h"
#include "golden/optim/adamw_goldens.h"

enum { COUNT = sizeof(ADAMW_START) / sizeof(*ADAMW_START), STEPS = 10, LARGEST = 129 };

static void ten_steps_equal_pytorchs(const mpb_optim *optim)
{
    float weights[COUNT], m[COUNT] = {0}, v[COUNT] = {0};

    memcpy(weights, ADAMW_START, sizeof(weights));
    for (int t = 0; t < STEPS; t++) {
        const mpb_adamw_step step = {.beta1 = 0.9f,
                                     .beta2 = 0.999f,
                                     .epsilon = 1e-8f,
                                     .weight_decay = 0.01f,
                                     .learning_rate = 3e-3,
                                     .step = t + 1,
                                     .gradient_scale = 1.0f};

        optim->adamw(&step, COUNT, ADAMW_GRADIENTS + t * COUNT, weights, m, v);
    }
    for (int i = 0; i < COUNT; i++) {
        CHECK_NEAR(weights[i], ADAMW_END[i], 2e-6); /* ten float roundings of numbers up to 3 */
    }
}

/* Scaling the gradient by the clip factor is the same as clipping it first. */
static void gradient_scale_acts_on_the_gradient(const mpb_optim *optim)
{
    mpb_adamw_step step = {.beta1 = 0.9f,
                           .beta2 = 0.999f,
                           .epsilon = 1e-8f,
                           .learning_rate = 1e-2,
                           .step = 1,
                           .gradient_scale = 0.25f};
    float whole[5] = {1, -2, 3, -4, 5}, quarter[5] = {0.25f, -0.5f, 0.75f, -1, 1.25f};
    float a[5] = {0}, am[5] = {0}, av[5] = {0}, b[5] = {0}, bm[5] = {0}, bv[5] = {0};

    optim->adamw(&step, 5, whole, a, am, av);
    step.gradient_scale = 1.0f;
    optim->adamw(&step, 5, quarter, b, bm, bv);
    for (int i = 0; i < 5; i++) {
        CHECK(a[i] == b[i] && am[i] == bm[i] && av[i] == bv[i]);
    }
}

/* Weights and moments of `count` parameters after a step with one of the kernels. */
static void take_step(const mpb_optim *optim, size_t count, float *weights, float *m, float *v)
{
    const mpb_adamw_step step = {.beta1 = 0.9f,
                                 .beta2 = 0.98f,
                                 .epsilon = 1e-6f,
                                 .weight_decay = 0.1f,
                                 .learning_rate = 0.05,
                                 .step = 7,
                                 .gradient_scale = 0.3f};
    float gradients[LARGEST + 1];

    for (unsigned i = 0; i <= count; i++) {
        gradients[i] = i % 7 == 0 ? 0.0f : test_value(1, i);
        weights[i] = test_value(2, i);
        m[i] = test_value(3, i);
        v[i] = 1.0f + test_value(4, i);
    }
    optim->adamw(&step, count, gradients, weights, m, v);
}

/* Ends of vectors are done as their middles, and what is behind them is left alone. One ulp, 1.2e-7,
 * of m and v below 2, since multiplications and additions may be joined; weights move by 0.05 m /
 * sqrt(v) times that. */
static void odd_counts_give_what_plain_code_gives(const mpb_optim *optim)
{
    static const size_t counts[] = {1, 3, 15, 16, 17, 31, 33, LARGEST};
    float weights[LARGEST + 1], m[LARGEST + 1], v[LARGEST + 1];
    float plain_weights[LARGEST + 1], plain_m[LARGEST + 1], plain_v[LARGEST + 1];

    for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
        size_t count = counts[c];

        take_step(optim, count, weights, m, v);
        take_step(mpb_optim_for(MPB_ISA_PLAIN), count, plain_weights, plain_m, plain_v);
        for (size_t i = 0; i < count; i++) {
            CHECK_NEAR(m[i], plain_m[i], 1.2e-7);
            CHECK_NEAR(v[i], plain_v[i], 1.2e-7);
            CHECK_NEAR(weights[i], plain_weights[i], 1e-6);
        }
        CHECK(weights[count] == test_value(2, (unsigned)count));
        CHECK(m[count] == test_value(3, (unsigned)count));
        CHECK(v[count] == 1.0f + test_value(4, (unsigned)count));
    }
}

static void sum_of_squares_keeps_small_terms_beside_large_ones(const mpb_optim *optim)
{
    float x[1001];

    x[0] = 4096.0f;
    for (int i = 1; i <= 1000; i++) {
        x[i] = 0.0625f;
    }
    CHECK_NEAR(optim->sum_of_squares(1001, x), 16777216.0 + 3.90625, 1e-6); /* exact in double */
}

int main(void)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        const mpb_optim *optim = mpb_optim_for((mpb_isa)isa);

        ten_steps_equal_pytorchs(optim);
        odd_counts_give_what_plain_code_gives(optim);
        gradient_scale_acts_on_the_gradient(optim);
        sum_of_squares_keeps_small_terms_beside_large_ones(optim);
    }
    return 0;
}
