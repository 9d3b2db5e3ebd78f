/* What the bits of a product do not depend on. */

#include "gemm_test.h"

static void bits_do_not_depend_on_threads(const mpb_gemm_context *context, int M, int N, int K)
{
    const mpb_team single = {.threads = 1};

    for (int transposes = 0; transposes < 4; transposes++) {
        product one = product_make(transposes, M, N, K);
        mpb_gemm_context alone = *context;

        alone.team = &single;
        mpb_gemm(&alone, &one.args);
        for (int threads = 2; threads <= MAX_TEAM; threads += threads < 4 ? 1 : 5) {
            mpb_team team = team_make(threads);
            mpb_gemm_context together = *context;
            product many = product_make(transposes, M, N, K);

            together.team = &team;
            mpb_gemm(&together, &many.args);
            CHECK(memcmp(one.args.c, many.args.c, one.c_count * sizeof(float)) == 0);
            product_clear(&many);
            mpb_team_end(&team);
        }
        product_clear(&one);
    }
}

static void number_of_threads_changes_no_bit(const mpb_gemm_context *kind)
{
    mpb_gemm_context context = context_make(kind, NULL);

    bits_do_not_depend_on_threads(&context, 331, 259, 127);
    bits_do_not_depend_on_threads(&context, 200, 200, 200);
    bits_do_not_depend_on_threads(&context, 1, 1536, 1536);
    bits_do_not_depend_on_threads(&context, 49, 3000, 384);
    bits_do_not_depend_on_threads(&context, 1003, 768, 512);
    bits_do_not_depend_on_threads(&context, 1537, 1151, 61);
    bits_do_not_depend_on_threads(&context, 384, 1536, 1029);
    mpb_memory_destroy(context.scratch);
}

/* Rows [first, first + rows) and columns [left, left + cols) of `whole` computed by themselves. */
static void check_part(const mpb_gemm_context *context, const product *whole, int first, int rows,
                       int left, int cols)
{
    product part = *whole;
    const size_t corner = (size_t)first * (size_t)part.args.ldc + (size_t)left;

    part.guarded = random_array(3, part.c_count + 2 * GUARD);
    part.c = part.guarded + GUARD;
    fill_output(&part);
    part.args.M = rows;
    part.args.N = cols;
    part.args.a = part.a + index_a(&part.args, first, 0);
    part.args.b = part.b + index_b(&part.args, 0, left);
    part.args.c = part.c + corner;
    mpb_gemm(context, &part.args);
    for (int r = 0; r < rows; r++) {
        const size_t row = (size_t)r * (size_t)part.args.ldc;

        CHECK(memcmp(part.c + corner + row, whole->c + corner + row,
                     (size_t)cols * sizeof(float)) == 0);
    }
    free(part.guarded);
}

static void try_parts(const mpb_gemm_context *context, int transposes, float alpha, float beta)
{
    enum { ROWS = 275, COLUMNS = 101 };
    product whole = product_make(transposes, ROWS, COLUMNS, 700);

    whole.args.alpha = alpha;
    whole.args.beta = beta;
    mpb_gemm(context, &whole.args);
    for (int m = 0; m < ROWS; m += m < 30 || m > 230 ? 1 : 17) {
        check_part(context, &whole, m, 1, 0, COLUMNS);
    }
    for (int n = 0; n < COLUMNS; n += n < 35 ? 1 : 3) {
        check_part(context, &whole, 0, 20, n, 1);
    }
    check_part(context, &whole, 7, 100, 0, COLUMNS);
    check_part(context, &whole, 8, 250, 3, 50);
    product_clear(&whole);
}

static void elements_alone_equal_those_in_a_batch(const mpb_gemm_context *kind)
{
    mpb_team team = team_make(2);
    mpb_gemm_context context = context_make(kind, &team);

    for (int transposes = 0; transposes < 4; transposes++) {
        try_parts(&context, transposes, 1.0f, 0.0f);
        try_parts(&context, transposes, 0.3f, 1.7f);
    }
    mpb_memory_destroy(context.scratch);
    mpb_team_end(&team);
}

int main(void)
{
    mpb_blas_single_threaded();
    on_every_kernel(number_of_threads_changes_no_bit);
    on_every_isa(elements_alone_equal_those_in_a_batch);
    on_every_bf16_isa(elements_alone_equal_those_in_a_batch);
    return EXIT_SUCCESS;
}
