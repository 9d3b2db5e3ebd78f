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

static void backward_without_types_leaves_types_alone(const mpb_nn *nn)
{
    float *u = random_floats(4, (size_t)T * H, 1.0f);
    float dword[WORDS * H] = {0}, dposition[POSITIONS * H] = {0};

    nn->embedding.backward(T, H, H, TOKENS, AT, NULL, u, dword, dposition, NULL);
    CHECK(dword[3 * H] == u[5 * H]);
    CHECK(dword[2 * H] == 0.0f);
    free(u);
}

int main(void)
{
    on_every_isa(rows_are_sums_of_table_rows);
    on_every_isa(backward_without_types_leaves_types_alone);
    return EXIT_SUCCESS;
}
