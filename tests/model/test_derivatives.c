#include "tiny.h"

static double norm(size_t count, const float *x)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sqrt(sum);
}

static char *const TARGETS[] = {"query", "key", "value", "dense"};

/* Of all linear layers, with dropout of their own, and all biases, which the gradient reaches through
 * them. */
static const mpb_lora ALL_LAYERS = {.rank = 3,
                                    .alpha = 6.0,
                                    .dropout = 0.25,
                                    .targets = {.items = (char **)TARGETS, .count = 4},
                                    .bias = MPB_LORA_BIAS_ALL};
static const mpb_lora QUERY_AND_VALUE = {.rank = 5, .alpha = 4.0, .dropout = 0.1};

/* Derivative of the objective along `direction` (count) by a central difference of the weights. */
static double by_difference(tiny *t, size_t count, const float *direction, float *weights,
                            double length)
{
    float *kept = malloc(count * sizeof(*kept));
    double plus;
    double minus;

    CHECK(kept != NULL);
    memcpy(kept, weights, count * sizeof(*kept));
    for (size_t i = 0; i < count; i++) {
        weights[i] = kept[i] + (float)(length * (double)direction[i]);
    }
    plus = tiny_objective(t);
    for (size_t i = 0; i < count; i++) {
        weights[i] = kept[i] - (float)(length * (double)direction[i]);
    }
    minus = tiny_objective(t);
    memcpy(weights, kept, count * sizeof(*kept));
    free(kept);
    return (plus - minus) / (2.0 * length);
}

static bool is_key_bias(const char *name)
{
    return strstr(name, "key.bias") != NULL || strstr(name, "k_lin.bias") != NULL;
}

/* Along the unit vector g / |g| of one tensor the objective must grow by |g|; dropout draws the
 * same masks each time. Steps of 0.005 leave an error of third order, and float rounding of the
 * logits divided by the step: together below 1 %. The gradient of a key bias is zero in truth,
 * since softmax ignores what all keys share: nothing to divide by. */
static void gradient_of_each_tensor_is_the_slope(const mpb_model_config *config, mpb_isa isa)
{
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = true};
    const double length = 5e-3;
    float logits[TINY_LOGITS];
    const mpb_parameters *parameters;
    tiny t;

    tiny_open_with(&t, config, &limits, (tiny_means){.threads = 2, .isa = isa});
    tiny_run(&t, logits);
    parameters = mpb_model_trained(t.model);
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];
        const float *gradient = mpb_model_gradients(t.model) + p->offset;
        const double size = norm(p->count, gradient);
        double slope;

        if (is_key_bias(p->name)) {
            CHECK(size < 1e-3 * norm(p->count, gradient - p->count));
            continue;
        }
        CHECK(size > 0.0);
        slope = by_difference(&t, p->count, gradient,
                              mpb_model_trained_weights(t.model) + p->offset, length / size) /
                size;
        if (!(fabs(slope - size) <= 0.01 * size + 1e-3)) {
            fprintf(stderr, "%s: slope %g, gradient %g\n", p->name, slope, size);
            exit(EXIT_FAILURE);
        }
    }
    tiny_close(&t);
}

/* A direction that has nothing to do with the gradient sees what is missing from it. */
static void gradient_along_any_direction_is_the_slope(mpb_family family, mpb_isa isa)
{
    const double length = 1e-4;
    float logits[TINY_LOGITS];
    float *direction;
    double want = 0.0;
    size_t size;
    tiny t;

    tiny_open_by(&t, family, true, (tiny_means){.threads = 2, .isa = isa});
    tiny_run(&t, logits);
    size = mpb_model_parameters(t.model)->size;
    direction = malloc(size * sizeof(*direction));
    CHECK(direction != NULL);
    for (size_t i = 0; i < size; i++) {
        direction[i] = test_value(31, (unsigned)i);
        want += (double)direction[i] * (double)mpb_model_gradients(t.model)[i];
    }
    CHECK(fabs(want) > 1.0);
    /* All weights move at once, by 0.015 in norm. Units of DistilBERT's ReLU that change sign on
     * the way and rounding leave 0.2 %. */
    CHECK_NEAR(by_difference(&t, size, direction, mpb_model_weights(t.model), length), want,
               0.005 * fabs(want));
    free(direction);
    tiny_close(&t);
}

int main(void)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        for (int family = MPB_BERT; family <= MPB_DISTILBERT; family++) {
            mpb_model_config config = tiny_config((mpb_family)family);

            gradient_of_each_tensor_is_the_slope(&config, (mpb_isa)isa);
            config.lora = family == MPB_BERT ? &ALL_LAYERS : &QUERY_AND_VALUE;
            gradient_of_each_tensor_is_the_slope(&config, (mpb_isa)isa);
            config.lora = NULL;
            config.bottleneck = (mpb_bottleneck){MPB_HOULSBY, 7};
            gradient_of_each_tensor_is_the_slope(&config, (mpb_isa)isa);
            config.bottleneck = (mpb_bottleneck){MPB_PFEIFFER, 24};
            gradient_of_each_tensor_is_the_slope(&config, (mpb_isa)isa);
            gradient_along_any_direction_is_the_slope((mpb_family)family, (mpb_isa)isa);
        }
    }
    return 0;
}
