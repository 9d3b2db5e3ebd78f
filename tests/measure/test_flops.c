/* The count of useful work, against counts by hand, and the shapes that it is counted for. */

#include "check.h"
#include "mpibert/measure/flops.h"
#include "mpibert/measure/setup.h"

static mpb_model_config shape(const char *name)
{
    mpb_model_config config = {0};

    CHECK_OK(mpb_measure_shape(name, &config));
    return config;
}

/* Whole numbers below 2^53, so the sums are exact. In the last layer 2048 tokens have keys and
 * values, 16 the rest. */
static void base_with_16_sequences_of_128_counts_as_by_hand(void)
{
    const mpb_model_config base = shape("base");
    const double products = 11.0 * (8.0 * 768 * 768 + 4.0 * 768 * 3072) * 2048;
    const double attention = 11.0 * 16 * (4.0 * 128 * 128 * 768);
    const double last =
        4.0 * 768 * 768 * 2048 + (4.0 * 768 * 768 + 4.0 * 768 * 3072) * 16 + 4.0 * 16 * 128 * 768;
    mpb_lengths lengths = {0};

    CHECK_OK(mpb_lengths_equal(128, &lengths));
    CHECK(products + attention + last == 332786565120.0);
    CHECK(mpb_flops_forward(&base, &lengths, 16) == products + attention + last);
    CHECK(mpb_flops_training(&base, &lengths, 16) == 3.0 * (products + attention + last));
    mpb_lengths_clear(&lengths);
}

static void attention_grows_with_the_square_of_each_length(void)
{
    const mpb_model_config mini = shape("mini");
    size_t items[] = {10, 30};
    const mpb_lengths lengths = {.items = items, .count = 2};
    const double a_token = 8.0 * 384 * 384 + 4.0 * 384 * 1536;
    const double squares = 10.0 * 10.0 + 30.0 * 30.0;
    const double last_key = 4.0 * 384 * 384 + 4.0 * 384;
    const double last_row = 4.0 * 384 * 384 + 4.0 * 384 * 1536;

    CHECK(mpb_flops_forward(&mini, &lengths, 2) ==
          5.0 * (40.0 * a_token + 4.0 * squares * 384) + 40.0 * last_key + 2.0 * last_row);
    CHECK(mpb_flops_forward(&mini, &lengths, 4) == 2.0 * mpb_flops_forward(&mini, &lengths, 2));
    CHECK(mpb_flops_forward(&mini, &lengths, 1) ==
          5.0 * (10.0 * a_token + 400.0 * 384) + 10.0 * last_key + last_row);
}

static void shapes_are_those_of_the_known_models(void)
{
    const mpb_model_config mini = shape("mini");
    const mpb_model_config distil = shape("distil");
    const mpb_model_config large = shape("large");

    CHECK(mini.family == MPB_BERT && mini.num_attention_heads == 12 && mini.vocab_size == 30522);
    CHECK(distil.family == MPB_DISTILBERT && distil.num_hidden_layers == 6);
    CHECK(large.num_hidden_layers == 24 && large.hidden_size == 1024 &&
          large.intermediate_size == 4096 && large.num_attention_heads == 16);
}

static void an_unknown_shape_is_refused(void)
{
    mpb_model_config config = {0};

    CHECK_FAILS(mpb_measure_shape("huge", &config), MPB_ERR_CONFIG,
                "--shape is 'huge', allowed are mini, distil, base, large");
}

int main(void)
{
    base_with_16_sequences_of_128_counts_as_by_hand();
    attention_grows_with_the_square_of_each_length();
    shapes_are_those_of_the_known_models();
    an_unknown_shape_is_refused();
    return 0;
}
