#include "nn_test.h"

static const uint64_t EXAMPLE = 0x123456789ABCu;

static mpb_dropout dropout_of(uint32_t threshold)
{
    return (mpb_dropout){mpb_philox_key_make(42, 7), threshold};
}

/* As mpibert/nn/kernels.h defines it, one counter at a time. */
static uint32_t random_16_bits(mpb_philox_key key, uint64_t example, uint32_t site,
                               uint32_t position, uint32_t column)
{
    const uint32_t counter[4] = {column / 8, position, (uint32_t)example,
                                 (uint32_t)(example >> 32) ^ site << 16};
    uint32_t block[4];

    mpb_philox_block(key, counter, block);
    return block[column % 8 / 2] >> (column % 2 * 16) & 0xFFFFu;
}

static void elements_draw_as_the_header_says(const mpb_nn *nn)
{
    enum { ROWS = 3, C = 300 };
    const mpb_dropout dropout = dropout_of(20000);
    const float scale = 65536.0f / (65536.0f - 20000.0f);
    float *x = random_floats(1, (size_t)ROWS * C, 1.0f);

    nn->rows.dropout(ROWS, C, dropout, EXAMPLE, 300, 11, x);
    for (uint32_t i = 0; i < ROWS * C; i++) {
        uint32_t bits = random_16_bits(dropout.key, EXAMPLE, 300, 11 + i / C, i % C);

        CHECK(x[i] == (bits >= 20000 ? test_value(1, i) * scale : 0.0f));
    }
    free(x);
}

static void bits_equal_to_the_threshold_are_kept(const mpb_nn *nn)
{
    for (uint32_t column = 0; column < 40; column++) {
        uint32_t bits = random_16_bits(dropout_of(0).key, EXAMPLE, 3, 4, column);
        float x[40], less[40];

        for (int i = 0; i < 40; i++) {
            x[i] = less[i] = 1.0f;
        }
        nn->rows.dropout(1, 40, dropout_of(bits), EXAMPLE, 3, 4, x);
        nn->rows.dropout(1, 40, dropout_of(bits + 1), EXAMPLE, 3, 4, less);
        CHECK(x[column] > 0.0f && less[column] == 0.0f);
    }
}

static void threshold_0_keeps_everything(const mpb_nn *nn)
{
    float x[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    nn->rows.dropout(1, 9, dropout_of(0), EXAMPLE, 1, 0, x);
    for (int i = 0; i < 9; i++) {
        CHECK(x[i] == (float)(i + 1));
    }
}

/* The mean of n Bernoulli draws is within 5 sqrt(p (1 - p) / n) of p but once in two million. */
static void share_of_dropped_elements_is_the_probability(const mpb_nn *nn)
{
    enum { ROWS = 64, C = 1024 };
    const double p = 6554.0 / 65536.0;
    float *x = random_floats(1, (size_t)ROWS * C, 0.0f);
    int dropped = 0;

    for (int i = 0; i < ROWS * C; i++) {
        x[i] = 1.0f;
    }
    nn->rows.dropout(ROWS, C, dropout_of(6554), EXAMPLE, 5, 0, x);
    for (int i = 0; i < ROWS * C; i++) {
        dropped += x[i] == 0.0f;
    }
    CHECK_NEAR((double)dropped / (ROWS * C), p, 5.0 * sqrt(p * (1.0 - p) / (ROWS * C)));
    free(x);
}

static void sites_and_examples_draw_differently(const mpb_nn *nn)
{
    const uint64_t examples[4] = {1, 1, 2, 1 + (UINT64_C(1) << 32)};
    const uint32_t sites[4] = {1, 257, 1, 1};
    float x[4][64];

    for (int i = 0; i < 4; i++) {
        for (int c = 0; c < 64; c++) {
            x[i][c] = 1.0f;
        }
        nn->rows.dropout(1, 64, dropout_of(32768), examples[i], sites[i], 0, x[i]);
        for (int j = 0; j < i; j++) {
            CHECK(memcmp(x[i], x[j], sizeof x[i]) != 0);
        }
    }
}

int main(void)
{
    on_every_isa(elements_draw_as_the_header_says);
    on_every_isa(bits_equal_to_the_threshold_are_kept);
    on_every_isa(threshold_0_keeps_everything);
    on_every_isa(share_of_dropped_elements_is_the_probability);
    on_every_isa(sites_and_examples_draw_differently);
    return EXIT_SUCCESS;
}
