#include "mpibert/math/gemm.h"

#include "check.h"
#include "mpibert/math/blas.h"

typedef struct product {
    mpb_gemm_args args;
    float *a, *b, *c;
    size_t c_count;
} product;

static const mpb_transpose TRANSPOSES[] = {MPB_NO_TRANS, MPB_TRANS};

static float *random_array(unsigned seed, size_t count)
{
    float *x = malloc((count + 1) * sizeof *x);

    CHECK(x != NULL);
    for (size_t i = 0; i < count; i++) {
        x[i] = test_value(seed, (unsigned)i);
    }
    return x;
}

/* Row distances exceed the rows, so a wrong one shows. */
static product product_make(mpb_transpose trans_a, mpb_transpose trans_b, int M, int N, int K)
{
    int rows_a = trans_a == MPB_TRANS ? K : M;
    int rows_b = trans_b == MPB_TRANS ? N : K;
    mpb_gemm_args args = {.trans_a = trans_a,
                          .trans_b = trans_b,
                          .M = M,
                          .N = N,
                          .K = K,
                          .alpha = 0.5f,
                          .beta = 2.0f,
                          .lda = (trans_a == MPB_TRANS ? M : K) + 3,
                          .ldb = (trans_b == MPB_TRANS ? K : N) + 1,
                          .ldc = N + 2};
    product p = {.args = args, .c_count = (size_t)M * (size_t)(N + 2)};

    p.a = random_array(1, (size_t)rows_a * (size_t)args.lda);
    p.b = random_array(2, (size_t)rows_b * (size_t)args.ldb);
    p.c = random_array(3, p.c_count);
    p.args.a = p.a;
    p.args.b = p.b;
    p.args.c = p.c;
    return p;
}

static void product_clear(product *p)
{
    free(p->a);
    free(p->b);
    free(p->c);
}

static double element(const mpb_gemm_args *args, int m, int n)
{
    double sum = 0.0;

    for (int k = 0; k < args->K; k++) {
        size_t a = args->trans_a == MPB_TRANS ? (size_t)k * (size_t)args->lda + (size_t)m
                                              : (size_t)m * (size_t)args->lda + (size_t)k;
        size_t b = args->trans_b == MPB_TRANS ? (size_t)n * (size_t)args->ldb + (size_t)k
                                              : (size_t)k * (size_t)args->ldb + (size_t)n;

        sum += (double)args->a[a] * (double)args->b[b];
    }
    return sum;
}

static void check_against_loop(const product *p, const float *before)
{
    /* Each of K products of numbers below 1 is rounded once, to 6e-8 of a running sum below K. */
    double tolerance = 1e-6 + 6e-8 * sqrt(p->args.K) * 8.0;

    for (size_t i = 0; i < p->c_count; i++) {
        int m = (int)(i / (size_t)p->args.ldc);
        int n = (int)(i % (size_t)p->args.ldc);
        double want = n < p->args.N ? 0.5 * element(&p->args, m, n) + 2.0 * (double)before[i]
                                    : (double)before[i];

        CHECK_NEAR((double)p->c[i], want, n < p->args.N ? tolerance : 0.0);
    }
}

static void product_is_that_of_a_plain_loop(int threads, int M, int N, int K)
{
    const mpb_team team = {threads};

    for (int i = 0; i < 4; i++) {
        product p = product_make(TRANSPOSES[i / 2], TRANSPOSES[i % 2], M, N, K);
        float *before = random_array(3, p.c_count);

        mpb_gemm(&team, &p.args);
        check_against_loop(&p, before);
        free(before);
        product_clear(&p);
    }
}

static void bits_do_not_depend_on_threads(int M, int N, int K)
{
    const mpb_team single = {1};

    for (int i = 0; i < 4; i++) {
        product one = product_make(TRANSPOSES[i / 2], TRANSPOSES[i % 2], M, N, K);

        mpb_gemm(&single, &one.args);
        for (int threads = 1; threads <= 9; threads += threads < 3 ? 1 : 2) {
            const mpb_team team = {threads};
            product many = product_make(TRANSPOSES[i / 2], TRANSPOSES[i % 2], M, N, K);

            mpb_gemm(&team, &many.args);
            CHECK(memcmp(one.c, many.c, one.c_count * sizeof *one.c) == 0);
            product_clear(&many);
        }
        product_clear(&one);
    }
}

int main(void)
{
    mpb_blas_single_threaded();
    for (int threads = 1; threads <= 3; threads++) {
        product_is_that_of_a_plain_loop(threads, 0, 5, 7);
        product_is_that_of_a_plain_loop(threads, 5, 0, 7);
        product_is_that_of_a_plain_loop(threads, 1, 1, 1);
        product_is_that_of_a_plain_loop(threads, 2, 384, 384);
        product_is_that_of_a_plain_loop(threads, 97, 145, 33);
        product_is_that_of_a_plain_loop(threads, 49, 997, 101);
        product_is_that_of_a_plain_loop(threads, 331, 259, 127);
        product_is_that_of_a_plain_loop(threads, 390, 1601, 21); /* rows and columns are cut */
    }
    bits_do_not_depend_on_threads(331, 259, 127);
    bits_do_not_depend_on_threads(200, 200, 200);
    bits_do_not_depend_on_threads(1, 1536, 1536);
    bits_do_not_depend_on_threads(49, 3000, 384);
    bits_do_not_depend_on_threads(1003, 768, 512);
    bits_do_not_depend_on_threads(1537, 1151, 61);
    bits_do_not_depend_on_threads(384, 1536, 1029);
    return EXIT_SUCCESS;
}
