/* The kernels of every instruction set give the same, for odd sizes and any alignment, and write
 * nothing beside it. */

#include "kernel_maps.h"

enum { GUARD = 16, MAX_OFFSET = 3 };

static const float GUARD_VALUE = 12345.0f;

/* Which values the input has beside random ones. */
typedef enum input_kind { ORDINARY, EXTREME, WITH_NAN, NUM_KINDS } input_kind;

typedef struct trial {
    const kernel_map *map;
    shape shape;
    input_kind kind;
    int offset; /* floats, of input and output, from an address aligned to 16 bytes */
} trial;

/* An array that ends with its last element, so that a sanitizer sees a read behind it. */
typedef struct placed {
    float *memory, *at;
} placed;

static placed placed_make(int offset, size_t count)
{
    float *memory = malloc(((size_t)offset + count) * sizeof *memory);

    CHECK(memory != NULL);
    return (placed){memory, memory + offset};
}

/* Every fifth value is extreme; the order differs from row to row. */
static placed input_make(const trial *t, unsigned seed, size_t count)
{
    const float large = t->map->large;
    const float extremes[] = {large, 0.0f, -large, 1e-40f, -0.0f, -1e-45f};
    placed input = placed_make(t->offset, count);

    for (unsigned i = 0; i < count; i++) {
        input.at[i] = t->kind == EXTREME && i % 5 == 2 ? extremes[i / 5 % 6] : test_value(seed, i);
    }
    if (t->kind == WITH_NAN) {
        input.at[count / 2] = NAN;
    }
    return input;
}

static placed output_make(const trial *t, size_t count)
{
    placed output = placed_make(t->offset, count + 2 * GUARD);

    output.at += GUARD;
    for (size_t i = 0; i < count + 2 * GUARD; i++) {
        output.at[(ptrdiff_t)i - GUARD] = GUARD_VALUE;
    }
    return output;
}

/* Forward's outputs or, where a cotangent is given, backward's gradient. */
static placed run(const engine *e, const trial *t, size_t count, const float *x, const float *dy)
{
    placed output = output_make(t, count);

    if (dy == NULL) {
        t->map->forward(e, t->shape, x, output.at);
    } else {
        t->map->backward(e, t->shape, x, dy, output.at);
    }
    for (int i = 0; i < GUARD; i++) {
        CHECK(output.at[-1 - i] == GUARD_VALUE && output.at[count + (size_t)i] == GUARD_VALUE);
    }
    return output;
}

/* At least 1, the size of what the outputs were made from. */
static double largest(size_t count, const float *x)
{
    double size = 1.0;

    for (size_t i = 0; i < count; i++) {
        size = fabs((double)x[i]) > size ? fabs((double)x[i]) : size;
    }
    return size;
}

static void check_same(const engine *e, const trial *t, size_t count, const float *got,
                       const float *want)
{
    double tolerance = t->map->rounding * largest(count, want);

    for (size_t i = 0; i < count; i++) {
        bool same = isnan(want[i])
                        ? isnan(got[i])
                        : got[i] == want[i] || fabs((double)got[i] - (double)want[i]) <= tolerance;

        if (!same) {
            fprintf(stderr,
                    "%s of %d x %d, input %d, offset %d: %s gives %.9g at %zu, plain %.9g "
                    "(tolerance %.2g)\n",
                    t->map->name, t->shape.rows, t->shape.cols, (int)t->kind, t->offset,
                    mpb_isa_label(e->isa), (double)got[i], i, (double)want[i], tolerance);
            exit(EXIT_FAILURE);
        }
    }
}

static void compare(const engine *e, const engine *plain, const trial *t)
{
    size_t num_inputs = t->map->num_inputs(t->shape);
    size_t num_outputs = t->map->num_outputs(t->shape);
    placed x = input_make(t, 1, num_inputs);
    placed dy = input_make(&(trial){t->map, t->shape, ORDINARY, t->offset}, 2, num_outputs);
    placed y = run(e, t, num_outputs, x.at, NULL);
    placed plain_y = run(plain, t, num_outputs, x.at, NULL);
    placed dx = run(e, t, num_inputs, x.at, dy.at);
    placed plain_dx = run(plain, t, num_inputs, x.at, dy.at);

    check_same(e, t, num_outputs, y.at, plain_y.at);
    check_same(e, t, num_inputs, dx.at, plain_dx.at);
    free(x.memory);
    free(dy.memory);
    free(y.memory);
    free(plain_y.memory);
    free(dx.memory);
    free(plain_dx.memory);
}

static void try_map(const engine *e, const engine *plain, const kernel_map *map)
{
    static const int rows[] = {1, 3, 18};
    static const int cols[] = {1, 2, 3, 15, 16, 17, 31, 33, 64, 129};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t j = 0; j < sizeof cols / sizeof *cols; j++) {
            for (int k = 0; k < NUM_KINDS * (MAX_OFFSET + 1); k++) {
                compare(e, plain, &(trial){map, {rows[i], cols[j]}, k % NUM_KINDS, k / NUM_KINDS});
            }
        }
    }
}

int main(void)
{
    engine plain = engine_make(MPB_ISA_PLAIN);

    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        engine e = engine_make((mpb_isa)isa);

        for (size_t m = 0; m < NUM_KERNEL_MAPS; m++) {
            try_map(&e, &plain, &KERNEL_MAPS[m]);
        }
    }
    return EXIT_SUCCESS;
}
