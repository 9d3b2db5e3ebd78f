/* Products of bf16 factors in a whole model, which saves its activations as bf16 too. */

#include "tiny.h"

static const mpb_gemm_choice FLOATS = {0};
static const mpb_gemm_choice WIDENED = {.precision = MPB_GEMM_BF16};
static const mpb_gemm_choice BLAS = {.kernel = MPB_GEMM_BLAS, .precision = MPB_GEMM_BF16};
static const mpb_gemm_choice DOTS = {.kernel = MPB_GEMM_DOTS, .precision = MPB_GEMM_BF16};
static const mpb_gemm_choice TILES = {.kernel = MPB_GEMM_TILES, .precision = MPB_GEMM_BF16};

typedef struct outcome {
    size_t count;
    float logits[TINY_LOGITS];
    float *gradients; /* (count) */
} outcome;

/* Rows of U are longer than what is worked on at a time. */
static void open_wide(tiny *t, mpb_family family, mpb_gemm_choice products, int threads,
                      bool training, int checkpointed_layers)
{
    const tiny_means means = {.threads = threads, .isa = mpb_isa_best(), .products = products};
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = training,
                                     .checkpointed_layers = checkpointed_layers};
    mpb_model_config config = tiny_config(family);

    config.intermediate_size = 600;
    tiny_open_with(t, &config, &limits, means);
}

static outcome compute_checkpointed(mpb_family family, mpb_gemm_choice products, int threads,
                                    int layers)
{
    outcome made;
    tiny t;

    open_wide(&t, family, products, threads, true, layers);
    tiny_run(&t, made.logits);
    made.count = mpb_model_parameters(t.model)->size;
    made.gradients = tiny_copy_gradients(&t);
    tiny_close(&t);
    return made;
}

static outcome compute(mpb_family family, mpb_gemm_choice products, int threads)
{
    return compute_checkpointed(family, products, threads, 0);
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

/* Forward goes on from what it saves, so what is computed again is the same. */
static void checkpointing_changes_no_bit(mpb_family family, mpb_gemm_choice products)
{
    outcome none = compute(family, products, 2);

    for (int layers = 1; layers < TINY_LAYERS; layers++) {
        outcome some = compute_checkpointed(family, products, 2, layers);

        check_same(&some, &none);
        free(some.gradients);
    }
    free(none.gradients);
}

static void model_without_training_memory_gives_the_same_logits(mpb_family family,
                                                                mpb_gemm_choice products)
{
    outcome want = compute(family, products, 2);
    float logits[TINY_LOGITS];
    tiny t;

    open_wide(&t, family, products, 2, false, 0);
    tiny_forward(t.model, &t.batch, &TINY_DRAW, logits, NULL);
    CHECK(memcmp(logits, want.logits, sizeof logits) == 0);
    tiny_close(&t);
    free(want.gradients);
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
static void both_ways_to_multiply_mean_the_same(mpb_family family, mpb_gemm_choice products)
{
    outcome widened = compute(family, WIDENED, 1);
    outcome dots = compute(family, products, 1);

    check_close(&dots, &widened, 0.01);
    free(widened.gradients);
    free(dots.gradients);
}

enum { TOKENS = 1024, HIDDEN = 64, HEADS = 4, LAYERS = 6 };

static mpb_model_sizes measure(mpb_gemm_type precision, int checkpointed)
{
    const mpb_model_limits limits = {.max_tokens = TOKENS,
                                     .max_sequences = 16,
                                     .max_length = 64,
                                     .training = true,
                                     .checkpointed_layers = checkpointed};
    mpb_model_config config = tiny_config(MPB_BERT);
    mpb_model_sizes sizes;

    config.num_hidden_layers = LAYERS;
    config.hidden_size = HIDDEN;
    config.intermediate_size = 4 * HIDDEN;
    config.num_attention_heads = HEADS;
    CHECK_OK(mpb_model_measure(&config, &limits, 2, precision, &sizes));
    return sizes;
}

/* All but the log-sum-exps and two rstd a layer, and what the arena rounds up. */
static void activations_take_half_the_memory(void)
{
    const size_t floats = TOKENS * LAYERS * (HEADS + 2) * sizeof(float) + LAYERS * 512;

    for (int checkpointed = 0; checkpointed < LAYERS; checkpointed++) {
        const mpb_model_sizes wide = measure(MPB_GEMM_F32, checkpointed);
        const mpb_model_sizes narrow = measure(MPB_GEMM_BF16, checkpointed);

        CHECK(2 * narrow.activations <= wide.activations + floats);
        CHECK(wide.scratch - narrow.scratch == TOKENS * HIDDEN * sizeof(mpb_bf16)); /* xhat0 */
        CHECK(narrow.weights == wide.weights && narrow.gradients == wide.gradients);
    }
}

static void check_products(mpb_gemm_choice products)
{
    static const mpb_family families[] = {MPB_BERT, MPB_DISTILBERT};

    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        number_of_threads_changes_no_bit(families[i], products);
        checkpointing_changes_no_bit(families[i], products);
        model_without_training_memory_gives_the_same_logits(families[i], products);
    }
    results_are_near_those_of_floats(products);
}

/* Dot products that this CPU may have. */
static void check_dots(mpb_gemm_choice products)
{
    if (mpb_gemm_available(products.kernel, mpb_isa_best(), products.precision)) {
        check_products(products);
        both_ways_to_multiply_mean_the_same(MPB_BERT, products);
        both_ways_to_multiply_mean_the_same(MPB_DISTILBERT, products);
    }
}

int main(void)
{
    activations_take_half_the_memory();
    check_products(WIDENED);
    check_products(BLAS);
    check_dots(DOTS);
    check_dots(TILES);
    return EXIT_SUCCESS;
}
