/* Products of bf16 factors in a whole model. */

#include "tiny.h"

static const mpb_gemm_choice FLOATS = {0};
static const mpb_gemm_choice WIDENED = {.precision = MPB_GEMM_BF16};
static const mpb_gemm_choice DOTS = {.kernel = MPB_GEMM_DOTS, .precision = MPB_GEMM_BF16};

typedef struct outcome {
    size_t count;
    float logits[TINY_LOGITS];
    float *gradients; /* (count) */
} outcome;

static outcome compute(mpb_family family, mpb_gemm_choice products, int threads)
{
    outcome made;
    tiny t;

    tiny_open_by(&t, family, true,
                 (tiny_means){.threads = threads, .isa = mpb_isa_best(), .products = products});
    tiny_run(&t, made.logits);
    made.count = mpb_model_parameters(t.model)->size;
    made.gradients = tiny_copy_gradients(&t);
    tiny_close(&t);
    return made;
}

static void check_close(const outcome *got, const outcome *want, double tolerance)
{
    tiny_check_close(TINY_LOGITS, got->logits, want->logits, tolerance);
    tiny_check_close(want->count, got->gradients, want->gradients, tolerance);
}

static void check_same(const outcome *got, const outcome *want)
{
    CHECK(memcmp(got->logits, want->logits, sizeof want->logits) == 0);
    CHECK(memcmp(got->gradients, want->gradients, want->count * sizeof(float)) == 0);
}

static void number_of_threads_changes_no_bit(mpb_family family, mpb_gemm_choice products)
{
    outcome one = compute(family, products, 1);

    for (int threads = 2; threads <= 3; threads++) {
        outcome many = compute(family, products, threads);

        check_same(&many, &one);
        free(many.gradients);
    }
    free(one.gradients);
}

/* Rounding changes a factor by 2^-8 of itself at most, 0.17 % in the mean square, so a product by
 * 0.24 %. Some 30 products follow each other forward and backward, and errors add up as their
 * squares: to 1.3 % of the whole, times up to 4 for what LayerNorm and softmax make larger. BERT
 * alone: in DistilBERT's head, a ReLU near 0 switches. */
static void results_are_near_those_of_floats(mpb_gemm_choice products)
{
    outcome floats = compute(MPB_BERT, FLOATS, 1);
    outcome narrow = compute(MPB_BERT, products, 1);

    check_close(&narrow, &floats, 0.05);
    CHECK(memcmp(narrow.logits, floats.logits, sizeof floats.logits) != 0);
    free(floats.gradients);
    free(narrow.gradients);
}

/* Sums differ in their last bits; now and then that rounds a factor of the next product the other
 * way, by 2^-8 of itself, which reaches everything after it: a few of them stay far below the whole
 * of rounding. */
static void both_ways_to_multiply_mean_the_same(mpb_family family)
{
    outcome widened = compute(family, WIDENED, 1);
    outcome dots = compute(family, DOTS, 1);

    check_close(&dots, &widened, 0.01);
    free(widened.gradients);
    free(dots.gradients);
}

static bool has_dots(void)
{
    return mpb_gemm_available(DOTS.kernel, mpb_isa_best(), DOTS.precision);
}

int main(void)
{
    number_of_threads_changes_no_bit(MPB_BERT, WIDENED);
    number_of_threads_changes_no_bit(MPB_DISTILBERT, WIDENED);
    results_are_near_those_of_floats(WIDENED);
    if (has_dots()) {
        number_of_threads_changes_no_bit(MPB_BERT, DOTS);
        number_of_threads_changes_no_bit(MPB_DISTILBERT, DOTS);
        results_are_near_those_of_floats(DOTS);
        both_ways_to_multiply_mean_the_same(MPB_BERT);
        both_ways_to_multiply_mean_the_same(MPB_DISTILBERT);
    }
    return EXIT_SUCCESS;
}
