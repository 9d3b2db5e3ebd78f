/* mpb_optim: AdamW equals torch.optim.AdamW on every instruction set of this CPU. */

#include "mpibert/optim/kernels.h"

#include "check.h"
#include "golden/optim/adamw_goldens.h"

enum { COUNT = sizeof(ADAMW_START) / sizeof(*ADAMW_START), STEPS = 10 };

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
        const mpb_adamw_factors factors = mpb_adamw_factors_of(&step);

        optim->adamw(&factors, COUNT, ADAMW_GRADIENTS + t * COUNT, weights, m, v);
    }
    for (int i = 0; i < COUNT; i++) {
        CHECK_NEAR(weights[i], ADAMW_END[i], 2e-6); /* ten float roundings of numbers up to 3 */
    }
}

/* Scaling the gradient by the clip factor is the same as clipping it first. */
static void gradient_scale_acts_on_the_gradient(const mpb_optim *optim)
{
    const mpb_adamw_step step = {.beta1 = 0.9f,
                                 .beta2 = 0.999f,
                                 .epsilon = 1e-8f,
                                 .learning_rate = 1e-2,
                                 .step = 1,
                                 .gradient_scale = 0.25f};
    mpb_adamw_factors factors;
    float whole[5] = {1, -2, 3, -4, 5}, quarter[5] = {0.25f, -0.5f, 0.75f, -1, 1.25f};
    float a[5] = {0}, am[5] = {0}, av[5] = {0}, b[5] = {0}, bm[5] = {0}, bv[5] = {0};

    factors = mpb_adamw_factors_of(&step);
    optim->adamw(&factors, 5, whole, a, am, av);
    factors.gradient_scale = 1.0f;
    optim->adamw(&factors, 5, quarter, b, bm, bv);
    for (int i = 0; i < 5; i++) {
        CHECK(a[i] == b[i] && am[i] == bm[i] && av[i] == bv[i]);
    }
}

enum { ROW = 77, IDLE_STEPS = 900 };

/* Weights and both moments of one row. */
typedef struct row {
    float weights[ROW], first_moment[ROW], second_moment[ROW];
} row;

/* The scales of its moments tell how a row begins: 0 and 0 as one that never had a gradient. */
static row row_of_scales(float first, float second)
{
    row made;

    for (unsigned i = 0; i < ROW; i++) {
        made.weights[i] = 0.04f * test_value(1, i);
        made.first_moment[i] = first == 0.0f ? 0.0f : first * test_value(2, i);
        made.second_moment[i] = second * (1.0f + test_value(3, i));
    }
    return made;
}

/* A warm-up from 0, then a slow decline. */
static void plan_idle_steps(float weight_decay, mpb_adamw_factors steps[IDLE_STEPS])
{
    for (int t = 0; t < IDLE_STEPS; t++) {
        const mpb_adamw_step step = {
            .beta1 = 0.9f,
            .beta2 = 0.999f,
            .epsilon = 1e-8f,
            .weight_decay = weight_decay,
            .learning_rate = t < 5 ? 1e-4 * t : 5e-4 * (1.0 - (double)t / IDLE_STEPS),
            .step = 3 + t,
            .gradient_scale = 0.5f,
        };

        steps[t] = mpb_adamw_factors_of(&step);
    }
}

/* All at once or in two parts, of any number of elements. */
static void idle_steps_are_steps_with_zero_gradients(const mpb_optim *optim, float first,
                                                     float second, float weight_decay)
{
    static mpb_adamw_factors steps[IDLE_STEPS];
    const float zeros[ROW] = {0};

    plan_idle_steps(weight_decay, steps);
    for (size_t count = 1; count <= ROW; count += 19) {
        row want = row_of_scales(first, second);
        row got = want;

        for (int t = 0; t < IDLE_STEPS; t++) {
            optim->adamw(&steps[t], count, zeros, want.weights, want.first_moment,
                         want.second_moment);
        }
        optim->adamw_idle(steps, 333, count, got.weights, got.first_moment, got.second_moment);
        optim->adamw_idle(steps + 333, IDLE_STEPS - 333, count, got.weights, got.first_moment,
                          got.second_moment);
        CHECK(memcmp(&got, &want, sizeof(got)) == 0);
    }
}

static void moments_that_fade_end_at_zero(const mpb_optim *optim)
{
    static mpb_adamw_factors steps[IDLE_STEPS];
    row faded = row_of_scales(1e-3f, 1e-6f);

    plan_idle_steps(0.01f, steps);
    optim->adamw_idle(steps, IDLE_STEPS, ROW, faded.weights, faded.first_moment,
                      faded.second_moment);
    for (int i = 0; i < ROW; i++) {
        CHECK(faded.first_moment[i] == 0.0f); /* 1e-3 * 0.9^900 is 1e-44 */
        CHECK(faded.second_moment[i] > 0.0f);
    }
}

static void elements_have_the_same_bits_everywhere(const mpb_optim *optim)
{
    const mpb_optim *plain = mpb_optim_for(MPB_ISA_PLAIN);
    mpb_adamw_factors steps[IDLE_STEPS];
    row whole = row_of_scales(1e-3f, 1e-6f);
    row one = whole;

    plan_idle_steps(0.01f, steps);
    for (int t = 0; t < 10; t++) {
        optim->adamw(&steps[t], ROW, ADAMW_GRADIENTS, whole.weights, whole.first_moment,
                     whole.second_moment);
        for (int i = 0; i < ROW; i++) {
            plain->adamw(&steps[t], 1, ADAMW_GRADIENTS + i, one.weights + i, one.first_moment + i,
                         one.second_moment + i);
        }
    }
    CHECK(memcmp(&whole, &one, sizeof(whole)) == 0);
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
        gradient_scale_acts_on_the_gradient(optim);
        for (int decays = 0; decays <= 1; decays++) {
            const float decay = decays ? 0.01f : 0.0f;

            idle_steps_are_steps_with_zero_gradients(optim, 0.0f, 0.0f, decay);
            idle_steps_are_steps_with_zero_gradients(optim, 1e-3f, 1e-6f, decay);
            idle_steps_are_steps_with_zero_gradients(optim, 1e-30f, 0.0f, decay);
            idle_steps_are_steps_with_zero_gradients(optim, 0.0f, 1e-6f, decay);
            idle_steps_are_steps_with_zero_gradients(optim, 0.0f, 2e-38f, decay); /* fades */
        }
        moments_that_fade_end_at_zero(optim);
        elements_have_the_same_bits_everywhere(optim);
        sum_of_squares_keeps_small_terms_beside_large_ones(optim);
    }
    return 0;
}
