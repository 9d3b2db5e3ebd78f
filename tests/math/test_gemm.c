#include "gemm_calibrate.h"
#include "gemm_test.h"

static const float EPSILON = 5.9604645e-8f; /* half an ulp of 1 */

typedef struct exact_sum {
    double value;
    double size; /* of the same sum with absolute values */
} exact_sum;

static exact_sum exact(const mpb_gemm_args *args, int m, int n)
{
    exact_sum sum = {0.0, 0.0};

    for (int k = 0; k < args->K; k++) {
        double term = (double)((const float *)args->a)[index_a(args, m, k)] *
                      (double)((const float *)args->b)[index_b(args, k, n)];

        sum.value += term;
        sum.size += fabs(term);
    }
    return sum;
}

/* A sum of K products in any order is off by at most K epsilon times their sizes; alpha, beta and
 * the last sum round once each. */
static void check_element(const product *p, int m, int n)
{
    const mpb_gemm_args *args = &p->args;
    double before = args->beta == 0.0f ? 0.0 : (double)test_value(3, (unsigned)(m * 5000 + n));
    exact_sum sum = exact(args, m, n);
    double old = (double)args->beta * before;
    double tolerance =
        (double)EPSILON * ((args->K + 3) * fabs((double)args->alpha) * sum.size + 2.0 * fabs(old)) +
        1e-37;

    CHECK_NEAR((double)p->c[(size_t)m * (size_t)args->ldc + (size_t)n],
               (double)args->alpha * sum.value + old, tolerance);
}

static void check_product(const product *p)
{
    for (int m = 0; m < p->args.M; m++) {
        for (int n = 0; n < p->args.N; n++) {
            check_element(p, m, n);
        }
        for (int n = p->args.N; n < p->args.ldc; n++) {
            CHECK(p->c[(size_t)m * (size_t)p->args.ldc + (size_t)n] == GUARD_VALUE);
        }
    }
    for (size_t i = 0; i < GUARD; i++) {
        CHECK(p->guarded[i] == GUARD_VALUE);
        CHECK(p->guarded[GUARD + p->c_count + i] == GUARD_VALUE);
    }
}

static void try_shape(const mpb_gemm_context *context, int M, int N, int K, float alpha, float beta)
{
    for (int transposes = 0; transposes < 4; transposes++) {
        product p = product_make(transposes, M, N, K);

        p.args.alpha = alpha;
        p.args.beta = beta;
        mpb_gemm(context, &p.args);
        check_product(&p);
        product_clear(&p);
    }
}

static int side_up_to_70(unsigned seed, unsigned i)
{
    return 1 + (int)((test_value(seed, i) + 1.0f) * 34.999f);
}

static void small_products_are_those_of_a_plain_loop(const mpb_gemm_context *kind)
{
    static const float factors[][2] = {{1.0f, 0.0f}, {1.0f, 1.0f}, {0.5f, 2.0f}, {-1.5f, 0.0f}};
    const mpb_team team = {.threads = 1};
    mpb_gemm_context context = context_make(kind, &team);

    for (unsigned i = 0; i < 200; i++) {
        try_shape(&context, side_up_to_70(11, i), side_up_to_70(12, i), side_up_to_70(13, i),
                  factors[i % 4][0], factors[i % 4][1]);
    }
    for (int side = 1; side <= 70; side++) {
        try_shape(&context, side, 33, 5, 1.0f, 1.0f);
        try_shape(&context, 13, side, 5, 1.0f, 1.0f);
        try_shape(&context, 13, 33, side, 1.0f, 1.0f);
    }
    mpb_memory_destroy(context.scratch);
}

/* Sides around the blocks that are packed, and sums of several blocks. */
static void large_products_are_those_of_a_plain_loop(const mpb_gemm_context *kind)
{
    for (int threads = 1; threads <= 3; threads++) {
        mpb_team team = team_make(threads);
        mpb_gemm_context context = context_make(kind, &team);

        try_shape(&context, 2, 384, 384, 1.0f, 0.0f);
        try_shape(&context, 97, 145, 333, 0.5f, 2.0f);
        try_shape(&context, 49, 997, 101, 1.0f, 1.0f);
        try_shape(&context, 390, 1601, 21, 1.0f, 0.0f);
        try_shape(&context, 30, 40, 1283, 1.0f, 1.0f);
        mpb_memory_destroy(context.scratch);
        mpb_team_end(&team);
    }
}

static void empty_sides_only_scale_the_output(const mpb_gemm_context *kind)
{
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);

    try_shape(&context, 0, 5, 7, 1.0f, 2.0f);
    try_shape(&context, 5, 0, 7, 1.0f, 2.0f);
    try_shape(&context, 9, 8, 7, 0.0f, 2.0f);
    try_shape(&context, 9, 8, 0, 1.0f, 2.0f);
    try_shape(&context, 9, 8, 0, 1.0f, 0.0f);
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

static void what_was_in_the_output_is_lost_when_beta_is_zero(const mpb_gemm_context *kind)
{
    const mpb_team team = {.threads = 1};
    mpb_gemm_context context = context_make(kind, &team);
    product p = product_make(1, 29, 43, 700);

    p.args.beta = 0.0f;
    for (size_t i = 0; i < p.c_count; i++) {
        p.c[i] = i % (size_t)p.args.ldc < 43 ? NAN : GUARD_VALUE;
    }
    mpb_gemm(&context, &p.args);
    check_product(&p);
    product_clear(&p);
    mpb_memory_destroy(context.scratch);
}

/* Row 5 of op(A) has an infinity at k = 400, column 7 of op(B) a NaN at k = 9. */
static void infinities_and_nan_reach_their_row_and_column_only(const mpb_gemm_context *kind)
{
    const mpb_team team = {.threads = 1};
    mpb_gemm_context context = context_make(kind, &team);

    for (int transposes = 0; transposes < 4; transposes++) {
        product p = product_make(transposes, 29, 43, 700);

        p.a[index_a(&p.args, 5, 400)] = INFINITY;
        p.b[index_b(&p.args, 9, 7)] = NAN;
        mpb_gemm(&context, &p.args);
        for (int m = 0; m < 29; m++) {
            for (int n = 0; n < 43; n++) {
                float c = p.c[(size_t)m * (size_t)p.args.ldc + (size_t)n];

                CHECK((isnan(c) != 0) == (n == 7));
                CHECK((isinf(c) != 0) == (m == 5 && n != 7));
            }
        }
        product_clear(&p);
    }
    mpb_memory_destroy(context.scratch);
}

static void calibration_chooses_a_kernel_that_has_a_name(void)
{
    for (int i = 0; i < 2 * ((int)mpb_isa_best() + 1); i++) {
        const mpb_isa isa = (mpb_isa)(i / 2);
        const mpb_gemm_type precision = i % 2 == 0 ? MPB_GEMM_F32 : MPB_GEMM_BF16;
        mpb_gemm_kernel kernel = (mpb_gemm_kernel)-1;

        CHECK_OK(mpb_gemm_calibrate(isa, precision, &kernel));
        CHECK(kernel >= MPB_GEMM_OWN && kernel <= MPB_GEMM_TILES);
        CHECK(mpb_gemm_available(kernel, isa, precision));
        CHECK(mpb_gemm_description(kernel, isa) != NULL);
    }
    CHECK(!mpb_gemm_available(MPB_GEMM_OWN, (mpb_isa)(mpb_isa_best() + 1), MPB_GEMM_F32));
    CHECK(!mpb_gemm_available(MPB_GEMM_DOTS, mpb_isa_best(), MPB_GEMM_F32));
    CHECK(!mpb_gemm_available(MPB_GEMM_DOTS, MPB_ISA_AVX2, MPB_GEMM_BF16));
    CHECK(!mpb_gemm_available(MPB_GEMM_TILES, mpb_isa_best(), MPB_GEMM_F32));
    CHECK(!mpb_gemm_available(MPB_GEMM_TILES, MPB_ISA_AVX2, MPB_GEMM_BF16));
    CHECK_TEXT(mpb_gemm_description(MPB_GEMM_OWN, MPB_ISA_AVX512), "AVX-512 products of our own");
    CHECK_TEXT(mpb_gemm_description(MPB_GEMM_BLAS, MPB_ISA_AVX512), mpb_blas_description());
}

static mpb_gemm_kernel winner(double own, double blas, double dots, double tiles)
{
    const double medians[GEMM_KERNELS] = {[MPB_GEMM_OWN] = own,
                                          [MPB_GEMM_BLAS] = blas,
                                          [MPB_GEMM_DOTS] = dots,
                                          [MPB_GEMM_TILES] = tiles};

    return gemm_winner(medians);
}

/* A busy machine moves medians by some percent. */
static void less_than_a_quarter_changes_no_kernel(void)
{
    const double never = HUGE_VAL;

    CHECK(winner(1.0, 0.81, never, never) == MPB_GEMM_OWN);
    CHECK(winner(1.0, 0.79, never, never) == MPB_GEMM_BLAS);
    CHECK(winner(1.0, never, 0.5, 0.55) == MPB_GEMM_TILES);
    CHECK(winner(1.0, never, 0.55, 0.5) == MPB_GEMM_TILES);
    CHECK(winner(1.0, never, 0.4, 0.55) == MPB_GEMM_DOTS);
    CHECK(winner(1.0, 0.45, 0.5, never) == MPB_GEMM_DOTS);
}

static void kernels_and_instruction_sets_are_found_by_their_names(void)
{
    mpb_gemm_kernel kernel;
    mpb_isa isa;

    for (int i = MPB_GEMM_OWN; i <= MPB_GEMM_TILES; i++) {
        CHECK(mpb_gemm_kernel_find(mpb_gemm_kernel_name((mpb_gemm_kernel)i), &kernel));
        CHECK((int)kernel == i);
    }
    for (int i = MPB_ISA_PLAIN; i <= MPB_ISA_AVX512; i++) {
        CHECK(mpb_isa_find(mpb_isa_label((mpb_isa)i), &isa));
        CHECK((int)isa == i);
    }
    CHECK(!mpb_gemm_kernel_find("fastest", &kernel) && !mpb_isa_find("SSE9", &isa));
}

int main(void)
{
    mpb_blas_single_threaded();
    on_every_kernel(small_products_are_those_of_a_plain_loop);
    on_every_kernel(large_products_are_those_of_a_plain_loop);
    on_every_kernel(empty_sides_only_scale_the_output);
    on_every_kernel(what_was_in_the_output_is_lost_when_beta_is_zero);
    on_every_kernel(infinities_and_nan_reach_their_row_and_column_only);
    calibration_chooses_a_kernel_that_has_a_name();
    less_than_a_quarter_changes_no_kernel();
    kernels_and_instruction_sets_are_found_by_their_names();
    return EXIT_SUCCESS;
}
