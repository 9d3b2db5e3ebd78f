/* Small products in place against sums in double, with what they may read but must not use set to
 * NaN, and what they must not write guarded. */

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/math/small_gemm.h"

static const float GUARD = 12345.0f;

static mpb_small_gemm_fn *const KERNELS[] = {mpb_small_gemm_plain, mpb_small_gemm_avx2,
                                             mpb_small_gemm_avx512};
static mpb_small_transpose_fn *const TRANSPOSES[] = {
    mpb_small_transpose_plain, mpb_small_transpose_avx2, mpb_small_transpose_avx512};

typedef struct product {
    mpb_small_gemm_args args;
    float *a, *b, *c;
    size_t c_count;
} product;

static float *floats_make(size_t count, float value)
{
    void *block = NULL;
    float *floats;

    CHECK_OK(mpb_memory_create(count, sizeof(float), "the operands", &block));
    floats = block;
    for (size_t i = 0; i < count; i++) {
        floats[i] = value;
    }
    return floats;
}

/* x (rows, cols) of test values, in memory of (all_rows, ld) NaN */
static float *matrix_make(unsigned seed, int rows, int cols, int all_rows, int ld)
{
    float *x = floats_make((size_t)all_rows * (size_t)ld, NAN);

    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < cols; c++) {
            x[(size_t)r * (size_t)ld + (size_t)c] = test_value(seed, (unsigned)(r * 1000 + c));
        }
    }
    return x;
}

static product product_make(mpb_transpose trans_a, bool add, int M, int N, int K)
{
    const int rows = mpb_round_up(M, MPB_SMALL_ROWS);
    const bool trans = trans_a == MPB_TRANS;
    product p = {.args = {.trans_a = trans_a,
                          .M = M,
                          .N = N,
                          .K = K,
                          .alpha = 0.5f,
                          .add = add,
                          .lda = trans ? rows + 1 : K + 3,
                          .ldb = mpb_round_up(N, 16),
                          .ldc = N + 5}};

    p.a = trans ? matrix_make(1, K, M, K, p.args.lda) : matrix_make(1, M, K, rows, p.args.lda);
    p.b = matrix_make(2, K, N, K, p.args.ldb);
    p.c_count = (size_t)M * (size_t)p.args.ldc;
    p.c = floats_make(p.c_count, GUARD);
    p.args.a = p.a;
    p.args.b = p.b;
    p.args.c = p.c;
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
            p.c[m * p.args.ldc + n] = add ? test_value(3, (unsigned)(m * 1000 + n)) : NAN;
        }
    }
    return p;
}

static void product_clear(product *p)
{
    mpb_memory_destroy(p->a);
    mpb_memory_destroy(p->b);
    mpb_memory_destroy(p->c);
}

static double expected(const product *p, int m, int n)
{
    const mpb_small_gemm_args *args = &p->args;
    double sum = 0.0;

    for (int k = 0; k < args->K; k++) {
        const int at = args->trans_a == MPB_TRANS ? k * args->lda + m : m * args->lda + k;

        sum += (double)p->a[at] * (double)p->b[k * args->ldb + n];
    }
    return 0.5 * sum + (args->add ? (double)test_value(3, (unsigned)(m * 1000 + n)) : 0.0);
}

static void equals_the_sum(mpb_small_gemm_fn *multiply, mpb_transpose trans_a, bool add, int M,
                           int N, int K)
{
    product p = product_make(trans_a, add, M, N, K);

    multiply(&p.args);
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < p.args.ldc; n++) {
            const float got = p.c[m * p.args.ldc + n];

            if (n < N) {
                /* K roundings of sums that grow as a root of K */
                CHECK_NEAR((double)got, expected(&p, m, n), 6e-8 * (K + 2));
            } else {
                CHECK(got == GUARD);
            }
        }
    }
    product_clear(&p);
}

static void products_equal_sums_in_double(mpb_small_gemm_fn *multiply)
{
    static const int heights[] = {1, 3, 4, 11, 12, 13, 25, 33};
    static const int widths[] = {1, 7, 16, 31, 32, 33, 40, 64};
    static const int sums[] = {1, 5, 32, 200};

    for (int trans = MPB_NO_TRANS; trans <= MPB_TRANS; trans++) {
        for (int i = 0; i < 8 * 8 * 4; i++) {
            const int M = heights[i % 8];
            const int N = widths[i / 8 % 8];
            const int K = sums[i / 64];

            equals_the_sum(multiply, (mpb_transpose)trans, false, M, N, K);
            equals_the_sum(multiply, (mpb_transpose)trans, true, M, N, K);
        }
    }
}

static void bits_do_not_depend_on_rows_and_columns_beside(mpb_small_gemm_fn *multiply)
{
    product whole = product_make(MPB_TRANS, false, 33, 64, 77);

    multiply(&whole.args);
    for (int M = 1; M <= 33; M += 4) {
        for (int N = 1; N <= 64; N += 7) {
            product part = product_make(MPB_TRANS, false, M, N, 77);

            part.args.b = whole.b;
            part.args.ldb = whole.args.ldb;
            multiply(&part.args);
            for (int m = 0; m < M; m++) {
                CHECK(memcmp(part.c + m * part.args.ldc, whole.c + m * whole.args.ldc,
                             (size_t)N * sizeof(float)) == 0);
            }
            product_clear(&part);
        }
    }
    product_clear(&whole);
}

static void transposes_hold_every_element(mpb_small_transpose_fn *transpose)
{
    for (int rows = 1; rows <= 33; rows++) {
        for (int cols = 1; cols <= 19; cols += 3) {
            const int ldx = cols + 2;
            const int ldy = 40;
            float *x = matrix_make(4, rows, cols, rows, ldx);
            float *y = floats_make((size_t)cols * (size_t)ldy, GUARD);

            transpose(rows, cols, x, ldx, y, ldy);
            for (int c = 0; c < cols; c++) {
                for (int r = 0; r < ldy; r++) {
                    CHECK(y[c * ldy + r] == (r < rows ? x[r * ldx + c] : GUARD));
                }
            }
            mpb_memory_destroy(x);
            mpb_memory_destroy(y);
        }
    }
}

int main(void)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        products_equal_sums_in_double(KERNELS[isa]);
        bits_do_not_depend_on_rows_and_columns_beside(KERNELS[isa]);
        transposes_hold_every_element(TRANSPOSES[isa]);
    }
    return EXIT_SUCCESS;
}
