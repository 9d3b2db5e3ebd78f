/* Every backward is the adjoint of its forward's derivative: <w, J v> = <J^T w, v>. */

#include "kernel_maps.h"

enum { DIRECTIONS = 3 };

typedef struct trial {
    const engine *engine;
    const kernel_map *map;
    shape shape;
    size_t num_inputs, num_outputs;
    float *x, *v, *w; /* where, along which direction, seen by which cotangent */
} trial;

/* Multiples of 1/16 away from 0: ReLU has its kink there, and a cotangent of 0 sees nothing. */
static float *places(unsigned seed, size_t count)
{
    float *x = dyadic_floats(seed, count);

    for (size_t i = 0; i < count; i++) {
        x[i] += x[i] < 0.0f ? -0.25f : 0.25f;
    }
    return x;
}

/* <w, f(x + step v)> */
static double value_at(const trial *t, float step)
{
    float *x = random_floats(0, t->num_inputs, 0.0f);
    float *y = random_floats(0, t->num_outputs, 0.0f);
    double value;

    for (size_t i = 0; i < t->num_inputs; i++) {
        x[i] = t->x[i] + step * t->v[i];
    }
    t->map->forward(t->engine, t->shape, x, y);
    value = dot(t->num_outputs, t->w, y);
    free(x);
    free(y);
    return value;
}

/* <w, J v> by central differences of fourth order; x + step v is exact. */
static double by_difference(const trial *t)
{
    const float h = 0.03125f;
    double inner = value_at(t, h) - value_at(t, -h);
    double outer = value_at(t, 2.0f * h) - value_at(t, -2.0f * h);

    return (8.0 * inner - outer) / (12.0 * (double)h);
}

static double by_linearity(const trial *t)
{
    float *y = random_floats(0, t->num_outputs, 0.0f);
    double value;

    t->map->forward(t->engine, t->shape, t->v, y);
    value = dot(t->num_outputs, t->w, y);
    free(y);
    return value;
}

static double by_backward(const trial *t)
{
    float *dx = random_floats(0, t->num_inputs, 0.0f);
    double value;

    t->map->backward(t->engine, t->shape, t->x, t->w, dx);
    value = dot(t->num_inputs, dx, t->v);
    free(dx);
    return value;
}

/* Linear maps of dyadic numbers are exact. Of the others a difference is off by roundings of the
 * outputs, 1e-7, over the step, and by the fifth derivative times step^4, 1e-6; together that was
 * never above 1.1e-5 of the value that random directions give in the mean. */
static double tolerance(const trial *t)
{
    double norms = sqrt(dot(t->num_inputs, t->v, t->v) * dot(t->num_outputs, t->w, t->w));
    size_t terms = t->num_inputs > t->num_outputs ? t->num_inputs : t->num_outputs;

    return t->map->linear ? 0.0 : 2e-5 * norms / sqrt((double)terms);
}

static void check_trial(const trial *t)
{
    double want = t->map->linear ? by_linearity(t) : by_difference(t);
    double got = by_backward(t);

    if (!(fabs(got - want) <= tolerance(t))) {
        fprintf(stderr,
                "%s of %d x %d on %s: <J^T w, v> is %.9g instead of %.9g (tolerance %.2g)\n",
                t->map->name, t->shape.rows, t->shape.cols, mpb_isa_label(t->engine->isa), got,
                want, tolerance(t));
        exit(EXIT_FAILURE);
    }
}

static void try_map(const engine *e, const kernel_map *map, shape s)
{
    trial t = {e, map, s, .num_inputs = map->num_inputs(s), .num_outputs = map->num_outputs(s)};

    t.x = places(1, t.num_inputs);
    for (unsigned i = 0; i < DIRECTIONS; i++) {
        t.v = dyadic_floats(10 + i, t.num_inputs);
        t.w = places(20 + i, t.num_outputs);
        check_trial(&t);
        free(t.v);
        free(t.w);
    }
    free(t.x);
}

int main(void)
{
    static const shape shapes[] = {{1, 5}, {2, 33}, {7, 8}, {19, 31}, {40, 67}, {130, 16}};

    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        engine e = engine_make((mpb_isa)isa);

        for (size_t m = 0; m < NUM_KERNEL_MAPS; m++) {
            for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                try_map(&e, &KERNEL_MAPS[m], shapes[i]);
            }
        }
    }
    return EXIT_SUCCESS;
}
