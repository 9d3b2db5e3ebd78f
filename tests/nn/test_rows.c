#include "nn_test.h"

enum { R = 5, C = 43, COUNT = R * C };

static void bias_is_added_to_every_row(const mpb_nn *nn)
{
    float *y = random_floats(1, COUNT, 1.0f);
    float *bias = random_floats(2, C, 1.0f);

    nn->rows.add_bias(R, C - 4, C, bias, y);
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK(y[i] == test_value(1, i) + (i % C < C - 4 ? bias[i % C] : 0.0f));
    }
    free(y);
    free(bias);
}

static void add_sums_elements(const mpb_nn *nn)
{
    float *y = random_floats(1, COUNT, 1.0f);
    float *x = random_floats(2, COUNT, 1.0f);

    nn->rows.add(COUNT, x, y);
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK(y[i] == test_value(1, i) + x[i]);
    }
    free(y);
    free(x);
}

static void bias_backward_adds_to_what_is_there(const mpb_nn *nn)
{
    float dy[3] = {1.0f, 2.0f, 4.0f};
    float db[3] = {0.5f, 0.25f, 0.125f};

    nn->rows.bias_backward(1, 2, 3, dy, db);
    CHECK(db[0] == 1.5f && db[1] == 2.25f && db[2] == 0.125f);
}

static float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Every bf16 once, and floats just below, at and above the middle to the next one, so that they are
 * rounded either way: zeros, denormals, infinities and NaN are among them. */
static void rows_of_bf16_are_those_of_single_numbers(const mpb_nn *nn)
{
    enum { ALL = 0x10000, LOWS = 4 };
    static const uint32_t lows[LOWS] = {0, 0x7FFF, 0x8000, 0x8001};
    mpb_bf16 *narrow = malloc(ALL * sizeof *narrow);
    float *wide = random_floats(1, ALL, 1.0f);

    CHECK(narrow != NULL);
    for (int low = 0; low < LOWS; low++) {
        for (uint32_t i = 0; i < ALL; i++) {
            wide[i] = float_of(i << 16 | lows[low]);
        }
        nn->rows.round(ALL, wide, narrow);
        for (uint32_t i = 0; i < ALL; i++) {
            CHECK(narrow[i] == mpb_bf16_round(wide[i]));
            CHECK(!isnan(wide[i]) || isnan(mpb_bf16_widen(narrow[i])));
        }
    }
    for (uint32_t i = 0; i < ALL; i++) {
        narrow[i] = (mpb_bf16)i;
    }
    nn->rows.widen(ALL, narrow, wide);
    for (uint32_t i = 0; i < ALL; i++) {
        const float want = mpb_bf16_widen((mpb_bf16)i);

        CHECK(memcmp(&wide[i], &want, sizeof want) == 0);
    }
    free(narrow);
    free(wide);
}

/* Whatever is left of a vector, and at addresses that are no vector's. */
static void rows_of_bf16_end_where_they_should(const mpb_nn *nn)
{
    enum { MOST = 70 };
    const mpb_bf16 guard = 0x1234;

    for (size_t count = 0; count < MOST; count++) {
        for (size_t offset = 0; offset < 3; offset++) {
            mpb_bf16 narrow[MOST + 4];
            float wide[MOST + 4];

            for (size_t i = 0; i < MOST + 4; i++) {
                wide[i] = test_value(3, (unsigned)i);
                narrow[i] = guard;
            }
            nn->rows.round(count, wide + offset, narrow + offset);
            CHECK(narrow[offset + count] == guard && (offset == 0 || narrow[offset - 1] == guard));
            for (size_t i = 0; i < count; i++) {
                CHECK(narrow[offset + i] == mpb_bf16_round(wide[offset + i]));
            }
            nn->rows.widen(count, narrow + offset, wide + offset);
            CHECK(wide[offset + count] == test_value(3, (unsigned)(offset + count)));
            for (size_t i = 0; i < count; i++) {
                CHECK(wide[offset + i] == mpb_bf16_widen(narrow[offset + i]));
            }
        }
    }
}

int main(void)
{
    on_every_isa(bias_is_added_to_every_row);
    on_every_isa(add_sums_elements);
    on_every_isa(bias_backward_adds_to_what_is_there);
    on_every_isa(rows_of_bf16_are_those_of_single_numbers);
    on_every_isa(rows_of_bf16_end_where_they_should);
    return EXIT_SUCCESS;
}
