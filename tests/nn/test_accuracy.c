/* The largest errors of exp, log1p, Phi, GELU, its derivative and tanh, against libm's double functions.
 *
 *     test_nn_accuracy [stride]
 *
 * walks the floats of a range in steps of `stride` floats (a prime, so that all low bits occur) and
 * prints the maxima; stride 1 is every float and takes minutes. The limits below are the maxima
 * over every float and instruction set, rounded up; the floats that reach them are always tried. */

#include "nn_test.h"
#include "vector_math.h"

enum { BLOCK = 4096, STRIDE = 1021, WORST = 3 };

typedef struct curve {
    const char *name;
    void (*run)(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK]);
    double (*exact)(double x);
    bool inlined; /* the same for all instruction sets */
    float low, high;
    double ulps, absolute; /* limits; ulps of the exact value, those of denormals being 2^-149 */
    float worst[WORST];
} curve;

typedef struct errors {
    double ulps, absolute;
    float at_ulps, at_absolute;
} errors;

static void widen(const float y[BLOCK], double wide[BLOCK])
{
    for (int i = 0; i < BLOCK; i++) {
        wide[i] = (double)y[i];
    }
}

/* exp, log1p and Phi as this file is compiled: kernels show them by what they make of them only. */
static void run_exp(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    (void)nn;
    for (int i = 0; i < BLOCK; i++) {
        y[i] = (double)vector_exp(x[i]);
    }
}

static void run_log1p(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    (void)nn;
    for (int i = 0; i < BLOCK; i++) {
        y[i] = (double)vector_log1p(x[i]);
    }
}

static void run_normal(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    (void)nn;
    for (int i = 0; i < BLOCK; i++) {
        y[i] = (double)vector_normal(x[i]).cumulative;
    }
}

/* exp(x) = p / p0 where logit 0 is the largest: the rounding of p
 * is added, half an ulp, or one where the factor p0 takes it into a smaller binade. */
static void run_softmax(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    float p[BLOCK + 1] = {0.0f};

    memcpy(p + 1, x, BLOCK * sizeof *x);
    nn->loss.softmax(BLOCK + 1, p, p);
    for (int i = 0; i < BLOCK; i++) {
        y[i] = (double)p[i + 1] / (double)p[0];
    }
}

static void run_gelu(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    float a[BLOCK];

    nn->rows.gelu(BLOCK, x, a);
    widen(a, y);
}

static void run_gelu_backward(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    float da[BLOCK];

    for (int i = 0; i < BLOCK; i++) {
        da[i] = 1.0f;
    }
    nn->rows.gelu_backward(BLOCK, x, da, da);
    widen(da, y);
}

static void run_tanh(const mpb_nn *nn, const float x[BLOCK], double y[BLOCK])
{
    float t[BLOCK];

    nn->rows.tanh(BLOCK, x, t);
    widen(t, y);
}

static double normal(double x)
{
    return 0.5 * erfc(-x * M_SQRT1_2);
}

static double gelu(double x)
{
    return x * normal(x);
}

static double gelu_derivative(double x)
{
    return normal(x) + x * exp(-0.5 * x * x) * 0.5 * M_2_SQRTPI * M_SQRT1_2;
}

/* Far to the left Phi is exp(-u^2 / 2) above all, whose argument is rounded:
 * up to u^2 / 2 ulp more. */
static const curve curves[] = {
    {"exp", run_exp, exp, true, -87.3f, 88.7f, 0.99, INFINITY, {-0x1.b61052p+4f}},
    {"exp, denormal", run_exp, exp, true, -104.0f, -87.3f, 0.75, 1.1e-45, {-0x1.601a64p+6f}},
    {"log1p", run_log1p, log1p, true, 0.0f, 1.0f, 1.97, 1.04e-7, {0x1.fa2cp-9f, 0x1.feed0cp-1f}},
    {"Phi", run_normal, normal, true, -1.0f, 15.0f, 3.3, 8.9e-8, {-0x1.b8f45cp-1f, 0x1.0d05ap+0f}},
    {"Phi, left",
     run_normal,
     normal,
     true,
     -5.0f,
     -1.0f,
     13.6,
     6.9e-8,
     {-0x1.1506c8p+2f, -0x1.0017c6p+0f}},
    {"Phi, far left",
     run_normal,
     normal,
     true,
     -13.0f,
     -5.0f,
     68.2,
     2.1e-13,
     {-0x1.7e8c32p+3f, -0x1.406668p+2f}},
    {"softmax's exp", run_softmax, exp, false, -70.0f, 0.0f, 2.0, 9.0e-8, {0}},
    {"gelu",
     run_gelu,
     gelu,
     false,
     -1.0f,
     15.0f,
     3.4,
     3.9e-7,
     {-0x1.ff93a6p-1f, -0x1.ffd984p-1f, 0x1.38e61p+2f}},
    {"gelu, left",
     run_gelu,
     gelu,
     false,
     -5.0f,
     -1.0f,
     13.7,
     7.4e-8,
     {-0x1.2043dcp+2f, -0x1.0bab1ep+2f, -0x1.2190bp+0f}},
    {"gelu, far left",
     run_gelu,
     gelu,
     false,
     -15.0f,
     -5.0f,
     71.6,
     1.1e-12,
     {-0x1.a302a8p+3f, -0x1.402fdp+2f}},
    {"gelu'",
     run_gelu_backward,
     gelu_derivative,
     false,
     -0.5f,
     15.0f,
     4.3,
     1.7e-7,
     {-0x1.dfc382p-2f, -0x1.cd419cp-2f, 0x1.b1048cp-1f}},
    {"gelu', around its zero",
     run_gelu_backward,
     gelu_derivative,
     false,
     -15.0f,
     -0.5f,
     INFINITY,
     8.7e-8,
     {-0x1.be748ap-1f, -0x1.d084c8p-1f}},
    {"tanh", run_tanh, tanh, false, -10.0f, 10.0f, 1.34, 8.0e-8, {0x1.43183ap-1f}},
};

/* Floats in their order as integers. */
static int64_t index_of(float x)
{
    uint32_t bits = bits_of(x);

    return bits >> 31 ? -(int64_t)(bits & 0x7FFFFFFFu) : (int64_t)bits;
}

static float float_at(int64_t index)
{
    return index < 0 ? -float_of((uint32_t)-index) : float_of((uint32_t)index);
}

static double ulp_of(double value)
{
    int exponent;

    frexp(value, &exponent);
    return ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

static void add_errors(const float x[BLOCK], const double got[BLOCK], const double want[BLOCK],
                       errors *e)
{
    for (int i = 0; i < BLOCK; i++) {
        double error = fabs(got[i] - want[i]);
        double ulps;

        if (!(error <= e->absolute)) {
            e->absolute = error;
            e->at_absolute = x[i];
        }
        ulps = error / ulp_of(want[i]);
        if (!(ulps <= e->ulps)) {
            e->ulps = ulps;
            e->at_ulps = x[i];
        }
    }
}

static mpb_isa last_isa(const curve *c)
{
    return c->inlined ? MPB_ISA_PLAIN : mpb_isa_best();
}

static void try_block(const curve *c, const float x[BLOCK], errors e[])
{
    double got[BLOCK], want[BLOCK];

    for (int i = 0; i < BLOCK; i++) {
        want[i] = c->exact((double)x[i]);
    }
    for (int isa = MPB_ISA_PLAIN; isa <= (int)last_isa(c); isa++) {
        c->run(mpb_nn_for((mpb_isa)isa), x, got);
        add_errors(x, got, want, &e[isa]);
    }
}

static void walk(const curve *c, int64_t stride, errors e[])
{
    int64_t at = index_of(c->low);
    int64_t end = index_of(c->high);
    float x[BLOCK];

    while (at <= end) {
        for (int i = 0; i < BLOCK; i++, at += stride) {
            x[i] = float_at(at < end ? at : end);
        }
        try_block(c, x, e);
    }
}

static void try_worst(const curve *c, errors e[])
{
    float x[BLOCK];

    for (int i = 0; i < BLOCK; i++) {
        x[i] = i < WORST && c->worst[i] != 0.0f ? c->worst[i] : c->low;
    }
    try_block(c, x, e);
}

static void report(const curve *c, mpb_isa isa, const errors *e)
{
    printf("%-28s %-8s %6.3f ulp at %-15.9g (%a)  %.3g at %.9g (%a)\n", c->name, mpb_isa_label(isa),
           e->ulps, (double)e->at_ulps, (double)e->at_ulps, e->absolute, (double)e->at_absolute,
           (double)e->at_absolute);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int64_t stride = argc > 1 ? atoll(argv[1]) : STRIDE;

    CHECK(stride > 0);
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
        errors e[MPB_ISA_AVX512 + 1] = {0};

        walk(&curves[i], stride, e);
        try_worst(&curves[i], e);
        for (int isa = MPB_ISA_PLAIN; isa <= (int)last_isa(&curves[i]); isa++) {
            if (argc > 1) {
                report(&curves[i], (mpb_isa)isa, &e[isa]);
            }
            CHECK(e[isa].ulps <= curves[i].ulps && e[isa].absolute <= curves[i].absolute);
        }
    }
    return EXIT_SUCCESS;
}
