/* The LAMB kernels; that whole steps are those of the paper's formulas is shown by
 * tests/step/test_lamb.c. */

#include <stdbool.h>

#include "check.h"
#include "mpibert/optim/kernels.h"

enum { COUNT = 77 };

typedef struct run {
    float gradients[COUNT], weights[COUNT], first_moment[COUNT], second_moment[COUNT];
    mpb_lamb_norms norms;
} run;

static run run_make(void)
{
    run made = {0};

    for (unsigned i = 0; i < COUNT; i++) {
        made.gradients[i] = test_value(1, i);
        made.weights[i] = 0.04f * test_value(2, i);
        made.first_moment[i] = 1e-3f * test_value(3, i);
        made.second_moment[i] = 1e-6f * (1.0f + test_value(4, i));
    }
    return made;
}

static mpb_lamb_factors factors_make(void)
{
    const mpb_adamw_step step = {.beta1 = 0.9f,
                                 .beta2 = 0.999f,
                                 .epsilon = 1e-6f,
                                 .weight_decay = 0.01f,
                                 .step = 7,
                                 .gradient_scale = 0.5f};

    return mpb_lamb_factors_of(&step);
}

/* From `begin` on. */
static void measure(const mpb_optim *optim, run *r, size_t begin, size_t count, bool has_gradients)
{
    const mpb_lamb_factors factors = factors_make();

    optim->lamb_measure(&factors, count, has_gradients ? r->gradients + begin : NULL,
                        r->weights + begin, r->first_moment + begin, r->second_moment + begin,
                        &r->norms);
}

static void update(const mpb_optim *optim, run *r)
{
    const mpb_lamb_factors factors = factors_make();

    optim->lamb_update(&factors, 0.01f, COUNT, r->weights, r->first_moment, r->second_moment);
}

static void values_and_norms_have_the_same_bits_everywhere(const mpb_optim *optim)
{
    run got = run_make();
    run want = got;

    measure(optim, &got, 0, COUNT, true);
    measure(mpb_optim_for(MPB_ISA_PLAIN), &want, 0, COUNT, true);
    update(optim, &got);
    update(mpb_optim_for(MPB_ISA_PLAIN), &want);
    CHECK(memcmp(&got, &want, sizeof(got)) == 0);
}

static void parts_that_end_with_a_term_give_the_same_norms(const mpb_optim *optim)
{
    run got = run_make();
    run want = got;

    measure(optim, &got, 48, COUNT - 48, true);
    measure(optim, &got, 0, 16, true);
    measure(optim, &got, 16, 32, true);
    measure(optim, &want, 0, COUNT, true);
    CHECK(memcmp(&got, &want, sizeof(got)) == 0);
}

static void no_gradients_are_zero_gradients(const mpb_optim *optim)
{
    run got = run_make();
    run want = got;

    memset(want.gradients, 0, sizeof(want.gradients));
    measure(optim, &got, 0, COUNT, false);
    measure(optim, &want, 0, COUNT, true);
    memcpy(got.gradients, want.gradients, sizeof(got.gradients));
    CHECK(memcmp(&got, &want, sizeof(got)) == 0);
}

/* The definition, in doubles: float roundings of a few operations, and sums that are not rounded. */
static void norms_are_those_of_weights_and_updates(const mpb_optim *optim)
{
    run r = run_make();
    const run before = r;
    double numbers[MPB_SQUARE_NUMBERS];
    double weights = 0.0, updates = 0.0;
    mpb_lamb_norms carried = {0};

    measure(optim, &r, 0, COUNT, true);
    update(optim, &r);
    for (int i = 0; i < COUNT; i++) {
        const double u = ((double)before.weights[i] - (double)r.weights[i]) / (double)0.01f;

        weights += (double)before.weights[i] * (double)before.weights[i];
        updates += u * u;
    }
    mpb_square_sum_merge(&carried.weights, &r.norms.weights);
    mpb_square_sum_merge(&carried.updates, &r.norms.updates);
    mpb_square_sum_write(&carried.weights, numbers);
    CHECK_NEAR(mpb_square_sum_read(numbers), weights, 1e-14 * weights);
    mpb_square_sum_write(&carried.updates, numbers);
    /* weights up to 0.04 that move by 0.01 are rounded at 2^-30: 2e-7 of the move */
    CHECK_NEAR(mpb_square_sum_read(numbers), updates, 1e-6 * updates);
}

static void trust_is_the_ratio_of_the_norms_or_1(void)
{
    CHECK(mpb_lamb_trust(9.0, 4.0) == 1.5);
    CHECK(mpb_lamb_trust(0.0, 4.0) == 1.0);
    CHECK(mpb_lamb_trust(9.0, 0.0) == 1.0);
    CHECK(mpb_lamb_trust(0.0, 0.0) == 1.0);
    CHECK(isnan(mpb_lamb_trust(NAN, 4.0)));
    CHECK(isnan(mpb_lamb_trust(4.0, NAN)));
}

int main(void)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        const mpb_optim *optim = mpb_optim_for((mpb_isa)isa);

        values_and_norms_have_the_same_bits_everywhere(optim);
        parts_that_end_with_a_term_give_the_same_norms(optim);
        no_gradients_are_zero_gradients(optim);
        norms_are_those_of_weights_and_updates(optim);
    }
    trust_is_the_ratio_of_the_norms_or_1();
    return 0;
}
