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

static mpb_model_config with_head(const char *name, mpb_head_kind head, int num_labels)
{
    mpb_model_config config = shape(name);

    config.head = head;
    config.num_labels = num_labels;
    return config;
}

/* Whole numbers below 2^53, so the sums are exact. In the last layer 128 tokens have keys and
 * values, one the rest, and the head's dense layer and its classes. */
static void base_with_16_sequences_of_128_counts_as_by_hand(void)
{
    const mpb_model_config base = with_head("base", MPB_HEAD_SEQUENCE, 2);
    const double products = 11.0 * (8.0 * 768 * 768 + 4.0 * 768 * 3072) * 2048;
    const double attention = 11.0 * 16 * (4.0 * 128 * 128 * 768);
    const double last =
        4.0 * 768 * 768 * 2048 + (4.0 * 768 * 768 + 4.0 * 768 * 3072) * 16 + 4.0 * 16 * 128 * 768;
    const double pooler = 16.0 * (2.0 * 768 * 768 + 2.0 * 768 * 2);

    CHECK(products + attention + last + pooler == 332805488640.0);
    CHECK(16.0 * mpb_flops_forward(&base, (mpb_flops_sequence){128, 1}) ==
          products + attention + last + pooler);
}

static void attention_grows_with_the_square_of_each_length(void)
{
    const mpb_model_config mini = with_head("mini", MPB_HEAD_CHOICE, 2);
    const double a_token = 8.0 * 384 * 384 + 4.0 * 384 * 1536;
    const double last_key = 4.0 * 384 * 384 + 4.0 * 384;
    const double last_row = 4.0 * 384 * 384 + 4.0 * 384 * 1536;
    const double choice = 2.0 * 384 * 384 + 2.0 * 384;

    CHECK(mpb_flops_forward(&mini, (mpb_flops_sequence){30, 1}) ==
          5.0 * (30.0 * a_token + 4.0 * 900.0 * 384) + 30.0 * last_key + last_row + choice);
    CHECK(mpb_flops_forward(&mini, (mpb_flops_sequence){10, 1}) ==
          5.0 * (10.0 * a_token + 4.0 * 100.0 * 384) + 10.0 * last_key + last_row + choice);
}

/* MiniLM on 100 tokens of which the head gives 15 rows, all that go past keys and values in the last
 * layer; that of pretraining reads the first one too. */
static void heads_of_chosen_rows_count_those_rows_alone(void)
{
    const double whole = 5.0 * (100.0 * (8.0 * 384 * 384 + 4.0 * 384 * 1536) + 4.0 * 1e4 * 384);
    const double keys = 100.0 * 4.0 * 384 * 384;
    const double a_row = 4.0 * 384 * 384 + 4.0 * 384 * 1536 + 4.0 * 100 * 384;
    const double a_word = 2.0 * 384 * 384 + 2.0 * 384 * 30522;
    const mpb_flops_sequence s = {100, 15};
    const mpb_model_config tokens = with_head("mini", MPB_HEAD_TOKENS, 9);
    const mpb_model_config words = with_head("mini", MPB_HEAD_WORDS, 2);
    const mpb_model_config pretraining = with_head("mini", MPB_HEAD_PRETRAINING, 2);

    CHECK(mpb_flops_forward(&tokens, s) == whole + keys + 15 * a_row + 15.0 * 2 * 384 * 9);
    CHECK(mpb_flops_forward(&words, s) == whole + keys + 15 * a_row + 15 * a_word);
    CHECK(15 * a_word == 356037120.0);
    CHECK(mpb_flops_forward(&pretraining, s) ==
          whole + keys + 16 * a_row + 15 * a_word + 2.0 * 384 * 384 + 2.0 * 384 * 2);
}

static void the_head_of_spans_reads_all_rows(void)
{
    const mpb_model_config mini = with_head("mini", MPB_HEAD_SPANS, 7);

    CHECK(mpb_flops_forward(&mini, (mpb_flops_sequence){100, 100}) ==
          6.0 * (100.0 * (8.0 * 384 * 384 + 4.0 * 384 * 1536) + 4.0 * 1e4 * 384) +
              100.0 * 2 * 384 * 2);
}

/* On 100 tokens of each layer but the last, on one of that one. */
static void adapters_are_two_products_a_place(void)
{
    const mpb_model_config plain = with_head("mini", MPB_HEAD_SEQUENCE, 2);
    const double a_place = (5.0 * 100 + 1) * 2.0 * (2.0 * 384 * 24);
    mpb_model_config adapted = plain;

    adapted.bottleneck = (mpb_bottleneck){MPB_PFEIFFER, 24};
    CHECK(mpb_flops_forward(&adapted, (mpb_flops_sequence){100, 1}) ==
          mpb_flops_forward(&plain, (mpb_flops_sequence){100, 1}) + a_place);
    adapted.bottleneck.kind = MPB_HOULSBY;
    CHECK(mpb_flops_forward(&adapted, (mpb_flops_sequence){100, 1}) ==
          mpb_flops_forward(&plain, (mpb_flops_sequence){100, 1}) + 2.0 * a_place);
}

/* Every other token. */
static size_t choose_half(const void *context, size_t i, uint32_t *tokens, uint32_t *rows)
{
    const mpb_dataset *data = context;
    size_t count = 0;

    tokens[0] = 0;
    for (uint32_t t = 0; t < data->offsets[i + 1] - data->offsets[i]; t += 2) {
        rows[count++] = t;
    }
    return count;
}

static void rows_are_those_that_a_head_gives_of_each_sequence(void)
{
    uint32_t tokens[] = {5, 6, 7, 8, 9, 10, 11, 12};
    uint64_t offsets[] = {0, 5, 8};
    const mpb_dataset data = {.num_sequences = 2, .tokens = tokens, .offsets = offsets};
    const mpb_row_choice half = {choose_half, &data};
    const double rows[][2] = {
        [MPB_HEAD_SEQUENCE] = {1, 1}, [MPB_HEAD_TOKENS] = {3, 2}, [MPB_HEAD_SPANS] = {5, 3},
        [MPB_HEAD_CHOICE] = {1, 1},   [MPB_HEAD_WORDS] = {3, 2},  [MPB_HEAD_PRETRAINING] = {3, 2}};
    mpb_flops_sequence s[2];

    for (size_t head = 0; head < sizeof(rows) / sizeof(*rows); head++) {
        const mpb_model_config config = with_head("mini", (mpb_head_kind)head, 2);

        CHECK_OK(mpb_flops_sequences(&config, &data, half, s));
        CHECK(s[0].tokens == 5 && s[1].tokens == 3);
        CHECK(s[0].rows == rows[head][0] && s[1].rows == rows[head][1]);
    }
    CHECK(tokens[0] == 5 && tokens[5] == 10);
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
    heads_of_chosen_rows_count_those_rows_alone();
    the_head_of_spans_reads_all_rows();
    adapters_are_two_products_a_place();
    rows_are_those_that_a_head_gives_of_each_sequence();
    shapes_are_those_of_the_known_models();
    an_unknown_shape_is_refused();
    return 0;
}
