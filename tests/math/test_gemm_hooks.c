/* Products whose operands are made on the way, whose output is worked on while it is computed, and
 * those over bf16. */

#include "gemm_test.h"
#include "mpibert/math/bf16.h"

/* The most that rounding changes a value by, relative to it, with 24 and with 8 bits. */
static const double EPSILON = 5.9604645e-8;
static const double EPSILON_BF16 = 0.00390625;

/* What the hooks below do to an element of a matrix; `row` and `col` show wrong places. */
static float made(float stored, int row, int col)
{
    return stored * (1.0f + 0.25f * (float)((row + 2 * col) % 5));
}

static float finished(float c, int row, int col)
{
    return 0.5f * c + (float)((3 * row + col) % 7);
}

/* One operand of a prologue. */
typedef struct source {
    mpb_gemm_type type;
    int ld;
} source;

static float stored_value(const void *x, mpb_gemm_type type, size_t at)
{
    return type == MPB_GEMM_BF16 ? mpb_bf16_widen(((const mpb_bf16 *)x)[at])
                                 : ((const float *)x)[at];
}

static void make(void *context, const mpb_gemm_block *block, const void *stored)
{
    const source *from = context;

    for (int r = 0; r < block->rows; r++) {
        for (int c = 0; c < block->cols; c++) {
            float x = stored_value(stored, from->type, (size_t)r * (size_t)from->ld + (size_t)c);

            block->values[(size_t)r * (size_t)block->ld + (size_t)c] =
                made(x, block->row + r, block->col + c);
        }
    }
}

/* (M, N): what the epilogue saw and how often. */
typedef struct sink {
    int cols;
    float *values;
    int *visits;
} sink;

static void finish(void *context, const mpb_gemm_block *block)
{
    const sink *to = context;

    for (int r = 0; r < block->rows; r++) {
        for (int c = 0; c < block->cols; c++) {
            float *value = &block->values[(size_t)r * (size_t)block->ld + (size_t)c];
            size_t at = (size_t)(block->row + r) * (size_t)to->cols + (size_t)(block->col + c);

            *value = finished(*value, block->row + r, block->col + c);
            to->values[at] = *value;
            to->visits[at]++;
        }
    }
}

/* Which of the hooks and types a product has. */
typedef enum feature {
    MADE_A = 1,
    MADE_B = 2,
    FINISHED = 4,
    BF16_A = 8,
    BF16_B = 16,
    BF16_C = 32,
    ALL_FEATURES = 64
} feature;

typedef struct hooked {
    product p;
    mpb_gemm_type precision;
    int features;
    mpb_bf16 *narrow_a, *narrow_b, *narrow_c;
    source source_a, source_b;
    sink to;
} hooked;

static mpb_bf16 *narrow(const float *x, size_t count)
{
    mpb_bf16 *made_narrow = malloc((count > 0 ? count : 1) * sizeof *made_narrow);

    CHECK(made_narrow != NULL);
    for (size_t i = 0; i < count; i++) {
        made_narrow[i] = mpb_bf16_round(x[i]);
    }
    return made_narrow;
}

static size_t extent_a(const mpb_gemm_args *args)
{
    return args->trans_a == MPB_TRANS ? extent(args->K, args->M, args->lda)
                                      : extent(args->M, args->K, args->lda);
}

static size_t extent_b(const mpb_gemm_args *args)
{
    return args->trans_b == MPB_TRANS ? extent(args->N, args->K, args->ldb)
                                      : extent(args->K, args->N, args->ldb);
}

static void set_types(hooked *h)
{
    mpb_gemm_args *args = &h->p.args;

    if (h->features & BF16_A) {
        args->type_a = MPB_GEMM_BF16;
        args->a = h->narrow_a = narrow(h->p.a, extent_a(args));
    }
    if (h->features & BF16_B) {
        args->type_b = MPB_GEMM_BF16;
        args->b = h->narrow_b = narrow(h->p.b, extent_b(args));
    }
    if (h->features & BF16_C) {
        args->type_c = MPB_GEMM_BF16;
        args->c = h->narrow_c = narrow(h->p.c, h->p.c_count);
    }
}

static void set_hooks(hooked *h)
{
    mpb_gemm_args *args = &h->p.args;

    h->source_a = (source){args->type_a, args->lda};
    h->source_b = (source){args->type_b, args->ldb};
    h->to.cols = args->N;
    h->to.values = random_array(4, (size_t)args->M * (size_t)args->N);
    h->to.visits = calloc((size_t)args->M * (size_t)args->N, sizeof *h->to.visits);
    CHECK(h->to.visits != NULL);
    if (h->features & MADE_A) {
        args->prologue_a = (mpb_gemm_prologue){make, &h->source_a};
    }
    if (h->features & MADE_B) {
        args->prologue_b = (mpb_gemm_prologue){make, &h->source_b};
    }
    if (h->features & FINISHED) {
        args->epilogue = (mpb_gemm_epilogue){finish, &h->to};
    }
}

/* Filled in where it stays, since hooks point into it. */
static void hooked_make(hooked *h, int features, int transposes, int M, int N, int K)
{
    *h = (hooked){.p = product_make(transposes, M, N, K), .features = features};
    set_types(h);
    set_hooks(h);
}

static void hooked_clear(hooked *h)
{
    product_clear(&h->p);
    free(h->narrow_a);
    free(h->narrow_b);
    free(h->narrow_c);
    free(h->to.values);
    free(h->to.visits);
}

static double factor(const hooked *h, float value)
{
    return (double)(h->precision == MPB_GEMM_BF16 ? mpb_bf16_widen(mpb_bf16_round(value)) : value);
}

/* What is multiplied at (m, k) of op(A). */
static double value_a(const hooked *h, int m, int k)
{
    const mpb_gemm_args *args = &h->p.args;
    float x = stored_value(args->a, args->type_a, index_a(args, m, k));
    bool trans = args->trans_a == MPB_TRANS;

    return factor(h, h->features & MADE_A ? made(x, trans ? k : m, trans ? m : k) : x);
}

static double value_b(const hooked *h, int k, int n)
{
    const mpb_gemm_args *args = &h->p.args;
    float x = stored_value(args->b, args->type_b, index_b(args, k, n));
    bool trans = args->trans_b == MPB_TRANS;

    return factor(h, h->features & MADE_B ? made(x, trans ? n : k, trans ? k : n) : x);
}

/* A sum of K products in any order is off by at most K epsilon times their sizes, alpha, beta, the
 * last sum and the epilogue round once each; then perhaps the output to bf16. Factors are rounded
 * before that, here as there, and products of two bf16 are exact. */
static void check_element(const hooked *h, int m, int n)
{
    const mpb_gemm_args *args = &h->p.args;
    const size_t at = (size_t)m * (size_t)args->ldc + (size_t)n;
    float start = test_value(3, (unsigned)(m * 5000 + n));
    double before = (double)(h->narrow_c != NULL ? mpb_bf16_widen(mpb_bf16_round(start)) : start);
    double want = 0.0;
    double size = 0.0;
    double tolerance;

    for (int k = 0; k < args->K; k++) {
        double term = value_a(h, m, k) * value_b(h, k, n);

        want += term;
        size += fabs(term);
    }
    want = (double)args->alpha * want + (double)args->beta * before;
    size = (double)args->alpha * size + fabs((double)args->beta * before);
    tolerance = EPSILON * (args->K + 4) * size;
    if (h->features & FINISHED) {
        want = 0.5 * want + (double)((3 * m + n) % 7);
        tolerance = 0.5 * tolerance + 2.0 * EPSILON * (fabs(want) + 7.0);
        CHECK(h->to.visits[m * args->N + n] == 1);
        CHECK_NEAR((double)h->to.values[m * args->N + n], want, tolerance);
    }
    if (args->c != NULL) {
        double narrowing = h->narrow_c != NULL ? EPSILON_BF16 * (fabs(want) + tolerance) : 0.0;

        CHECK_NEAR((double)stored_value(args->c, args->type_c, at), want, tolerance + narrowing);
    }
}

static void check_hooked(const hooked *h)
{
    const mpb_gemm_args *args = &h->p.args;

    for (int m = 0; m < args->M; m++) {
        for (int n = 0; n < args->N; n++) {
            check_element(h, m, n);
        }
        for (int n = args->N; n < args->ldc && args->type_c == MPB_GEMM_F32; n++) {
            CHECK(h->p.c[(size_t)m * (size_t)args->ldc + (size_t)n] == GUARD_VALUE);
        }
    }
}

static void multiply_and_check(const mpb_gemm_context *context, hooked *h)
{
    h->precision = context->precision;
    mpb_gemm(context, &h->p.args);
    check_hooked(h);
}

static void every_mixture_of_hooks_and_types_is_right(const mpb_gemm_context *kind)
{
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);

    for (int i = 0; i < 4 * ALL_FEATURES; i++) {
        hooked h;

        hooked_make(&h, i / 4, i % 4, 1 + i * 37 % 61, 1 + i * 53 % 83, 1 + i * 29 % 47);
        multiply_and_check(&context, &h);
        hooked_clear(&h);
    }
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

/* Parts of micro-tiles of every height, width and length. */
static void every_side_up_to_70_is_right(const mpb_gemm_context *kind)
{
    const mpb_team team = {.threads = 1};
    mpb_gemm_context context = context_make(kind, &team);

    for (int i = 0; i < 3 * 70 * 4; i++) {
        int sides[] = {33, 35, 37};
        hooked h;

        sides[i % 3] = 1 + i / 12;
        hooked_make(&h, i * 11 % ALL_FEATURES, i / 3 % 4, sides[0], sides[1], sides[2]);
        multiply_and_check(&context, &h);
        hooked_clear(&h);
    }
    mpb_memory_destroy(context.scratch);
}

/* Sides around the blocks of operands that are made and of the output in scratch, and the largest
 * blocks that are packed. */
static void large_products_are_right_too(const mpb_gemm_context *kind)
{
    static const int shapes[][3] = {
        {490, 97, 23}, {31, 1573, 11}, {101, 99, 700}, {25, 30, 769}, {250, 5, 610}};
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);

    for (int i = 0; i < 20; i++) {
        hooked h;

        hooked_make(&h, ALL_FEATURES - 1, i % 4, shapes[i / 4][0], shapes[i / 4][1],
                    shapes[i / 4][2]);
        multiply_and_check(&context, &h);
        hooked_clear(&h);
    }
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

static void an_output_that_is_not_kept_reaches_the_epilogue(const mpb_gemm_context *kind)
{
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);
    hooked h;

    hooked_make(&h, FINISHED | MADE_A, 1, 530, 801, 19);
    h.p.args.c = NULL;
    h.p.args.beta = 0.0f;
    multiply_and_check(&context, &h);
    hooked_clear(&h);
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

/* Row 5 of op(A) has an infinity at k = 40, column 7 of op(B) a NaN at k = 69, the last step. */
static void infinities_and_nan_reach_their_row_and_column_only(const mpb_gemm_context *kind)
{
    const mpb_team team = {.threads = 1};
    mpb_gemm_context context = context_make(kind, &team);

    for (int transposes = 0; transposes < 4; transposes++) {
        product p = product_make(transposes, 29, 43, 69);

        p.a[index_a(&p.args, 5, 40)] = INFINITY;
        p.b[index_b(&p.args, 68, 7)] = NAN;
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

static void without_a_sum_only_the_epilogue_works(const mpb_gemm_context *kind)
{
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);
    hooked h;

    hooked_make(&h, ALL_FEATURES - 1, 0, 9, 8, 0);
    multiply_and_check(&context, &h);
    hooked_clear(&h);
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

static void compare_threads(const mpb_gemm_context *context, int features, int transposes)
{
    const mpb_team single = {.threads = 1};
    mpb_gemm_context alone = *context;
    hooked one;

    alone.team = &single;
    hooked_make(&one, features, transposes, 331, 518, 401);
    mpb_gemm(&alone, &one.p.args);
    for (int threads = 2; threads <= MAX_TEAM; threads += threads < 4 ? 1 : 5) {
        mpb_team team = team_make(threads);
        mpb_gemm_context together = *context;
        hooked many;

        together.team = &team;
        hooked_make(&many, features, transposes, 331, 518, 401);
        mpb_gemm(&together, &many.p.args);
        CHECK(memcmp(one.p.c, many.p.c, one.p.c_count * sizeof(float)) == 0);
        CHECK(memcmp(one.to.values, many.to.values, 331 * 518 * sizeof(float)) == 0);
        CHECK(one.narrow_c == NULL ||
              memcmp(one.narrow_c, many.narrow_c, one.p.c_count * sizeof(mpb_bf16)) == 0);
        hooked_clear(&many);
        mpb_team_end(&team);
    }
    hooked_clear(&one);
}

static void number_of_threads_changes_no_bit(const mpb_gemm_context *kind)
{
    mpb_gemm_context context = context_make(kind, NULL);

    compare_threads(&context, MADE_A | MADE_B | FINISHED, 0);
    compare_threads(&context, ALL_FEATURES - 1, 1);
    compare_threads(&context, BF16_A | MADE_B, 2);
    mpb_memory_destroy(context.scratch);
}

static void on_both_precisions(kernel_test *test)
{
    on_every_kernel(test);
    on_every_bf16_kernel(test);
}

int main(void)
{
    mpb_blas_single_threaded();
    on_both_precisions(every_mixture_of_hooks_and_types_is_right);
    on_every_bf16_kernel(every_side_up_to_70_is_right);
    on_both_precisions(large_products_are_right_too);
    on_both_precisions(an_output_that_is_not_kept_reaches_the_epilogue);
    on_both_precisions(without_a_sum_only_the_epilogue_works);
    on_both_precisions(number_of_threads_changes_no_bit);
    on_every_bf16_kernel(infinities_and_nan_reach_their_row_and_column_only);
    return EXIT_SUCCESS;
}
