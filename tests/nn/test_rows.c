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

int main(void)
{
    on_every_isa(bias_is_added_to_every_row);
    on_every_isa(add_sums_elements);
    on_every_isa(bias_backward_adds_to_what_is_there);
    return EXIT_SUCCESS;
}
