#include "nn_test.h"

enum { T = 6, H = 35, WORDS = 9, POSITIONS = 4, TYPES = 2 };

static const uint32_t TOKENS[T] = {8, 1, 0, 8, 8, 3};
static const uint32_t AT[T] = {0, 1, 2, 3, 0, 1};
static const uint32_t TYPE_OF[T] = {0, 0, 1, 1, 0, 1};

static void rows_are_sums_of_table_rows(const mpb_nn *nn)
{
    float *word = random_floats(1, (size_t)WORDS * H, 1.0f);
    float *position = random_floats(2, (size_t)POSITIONS * H, 1.0f);
    float *type = random_floats(3, (size_t)TYPES * H, 1.0f);
    float x[T * H], untyped[T * H];

    nn->embedding.forward(T, H, TOKENS, AT, TYPE_OF, word, position, type, x);
    nn->embedding.forward(T, H, TOKENS, AT, TYPE_OF, word, position, NULL, untyped);
    for (unsigned i = 0; i < T * H; i++) {
        float sum = word[TOKENS[i / H] * H + i % H] + position[AT[i / H] * H + i % H];

        CHECK(untyped[i] == sum);
        CHECK(x[i] == sum + type[TYPE_OF[i / H] * H + i % H]);
    }
    free(word);
    free(position);
    free(type);
}

/* 1e8 + 1 - 1e8 is 0 in floats, and 1e8 - 1e8 + 1 is 1. */
static void backward_adds_in_the_order_given(const mpb_nn *nn)
{
    const float u[3 * H] = {[0] = 1e8f, [H] = 1.0f, [2 * H] = -1e8f};
    const uint32_t first_to_last[] = {0, 1, 2};
    const uint32_t other[] = {0, 2, 1};
    float drow[H] = {0};

    nn->embedding.backward(3, first_to_last, H, H, u, drow);
    CHECK(drow[0] == 0.0f);
    nn->embedding.backward(3, other, H, H, u, drow);
    CHECK(drow[0] == 1.0f);
}

int main(void)
{
    on_every_isa(rows_are_sums_of_table_rows);
    on_every_isa(backward_adds_in_the_order_given);
    return EXIT_SUCCESS;
}
