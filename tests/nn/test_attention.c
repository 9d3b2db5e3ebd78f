#include "golden/nn/kernel_goldens.h"
#include "nn_test.h"

/* One head with its gradients; rows are `ld` apart, larger than D, so a wrong stride shows. */
typedef struct head {
    mpb_attention_task task;
    size_t count; /* floats of each matrix */
    float *q, *k, *v, *o, *d_o, *dq, *dk, *dv, *lse;
    uint32_t *positions;
} head;

static head head_make(int length, int D, uint32_t threshold)
{
    const mpb_attention_task task = {.length = length,
                                     .num_queries = length,
                                     .head_size = D,
                                     .ld_query = D + 3,
                                     .ld_key = D + 5,
                                     .ld_gradient = D + 1,
                                     .scale = 1.0f / sqrtf((float)D),
                                     .dropout = {mpb_philox_key_make(42, 7), threshold},
                                     .example = 77,
                                     .site = 5};
    head h = {.task = task, .count = (size_t)length * (size_t)task.ld_key};

    h.task.scratch = attention_scratch_make(length, D);
    h.positions = malloc((size_t)length * sizeof *h.positions);
    CHECK(h.positions != NULL);
    for (int i = 0; i < length; i++) {
        h.positions[i] = (uint32_t)i;
    }
    h.task.positions = h.positions;
    h.q = random_floats(21, h.count, 2.0f);
    h.k = random_floats(22, h.count, 2.0f);
    h.v = random_floats(23, h.count, 1.0f);
    h.o = random_floats(24, h.count, 0.0f);
    h.d_o = random_floats(25, h.count, 1.0f);
    h.dq = random_floats(26, h.count, 0.0f);
    h.dk = random_floats(27, h.count, 0.0f);
    h.dv = random_floats(28, h.count, 0.0f);
    h.lse = random_floats(29, (size_t)length, 0.0f);
    return h;
}

static void head_clear(head *h)
{
    mpb_memory_destroy(h->task.scratch);
    free(h->positions);
    free(h->q);
    free(h->k);
    free(h->v);
    free(h->o);
    free(h->d_o);
    free(h->dq);
    free(h->dk);
    free(h->dv);
    free(h->lse);
}

static void run(const mpb_nn *nn, head *h)
{
    nn->attention.forward(&h->task, h->q, h->k, h->v, h->o, h->lse);
    nn->attention.backward(&h->task, h->q, h->k, h->v, h->o, h->lse, h->d_o, h->dq, h->dk, h->dv);
}

/* The factor of probability (i, j): 0 where dropped, 1 / keep elsewhere. */
static double dropout_factor(const mpb_attention_task *task, int i, int j)
{
    const uint32_t counter[4] = {(uint32_t)j / 8, (uint32_t)i, (uint32_t)task->example,
                                 (uint32_t)(task->example >> 32) ^ task->site << 16};
    uint32_t threshold = task->dropout.threshold;
    uint32_t block[4];

    mpb_philox_block(task->dropout.key, counter, block);
    if ((block[j % 8 / 2] >> (j % 2 * 16) & 0xFFFFu) < threshold) {
        return 0.0;
    }
    return 65536.0 / (65536.0 - (double)threshold);
}

/* Query i against all keys, in double, with q, k and v moved by `step` times the vq, vk and vv;
 * gives <d_o, o> of that row and, unless NULL, the row o (D). */
static double reference_row(const head *h, int i, double step, const float *const moves[3],
                            double *o)
{
    const mpb_attention_task *task = &h->task;
    size_t ld_query = (size_t)task->ld_query;
    size_t ld_key = (size_t)task->ld_key;
    double *p = malloc((size_t)task->length * sizeof *p);
    double sum = 0.0;
    double product = 0.0;

    CHECK(p != NULL);
    for (int j = 0; j < task->length; j++) {
        double score = 0.0;

        for (int d = 0; d < task->head_size; d++) {
            size_t qi = (size_t)i * ld_query + (size_t)d;
            size_t kj = (size_t)j * ld_key + (size_t)d;

            score += ((double)h->q[qi] + step * (double)moves[0][qi]) *
                     ((double)h->k[kj] + step * (double)moves[1][kj]);
        }
        p[j] = exp(score * (double)task->scale);
        sum += p[j];
    }
    for (int d = 0; d < task->head_size; d++) {
        double value = 0.0;

        for (int j = 0; j < task->length; j++) {
            size_t vj = (size_t)j * ld_key + (size_t)d;

            value += p[j] / sum * dropout_factor(task, i, j) *
                     ((double)h->v[vj] + step * (double)moves[2][vj]);
        }
        product += value * (double)h->d_o[(size_t)i * (size_t)task->ld_gradient + (size_t)d];
        if (o != NULL) {
            o[d] = value;
        }
    }
    free(p);
    return product;
}

static void forward_equals_the_formula(const mpb_nn *nn, int length, int D, uint32_t threshold)
{
    head h = head_make(length, D, threshold);
    const float *const nowhere[3] = {h.q, h.k, h.v};
    double o[64];

    run(nn, &h);
    for (int i = 0; i < length; i += 1 + length / 40) {
        (void)reference_row(&h, i, 0.0, nowhere, o);
        for (int d = 0; d < D; d++) {
            /* scores up to 32 are rounded to 2e-6, which exp makes relative */
            CHECK_NEAR((double)h.o[(size_t)i * (size_t)h.task.ld_query + (size_t)d], o[d], 6e-6);
        }
    }
    head_clear(&h);
}

/* <dq, vq> + <dk, vk> + <dv, vv> is the derivative of <d_o, o> along (vq, vk, vv). */
static void backward_is_the_derivative(const mpb_nn *nn, int length, int D, uint32_t threshold)
{
    const double step = 1e-5;
    head h = head_make(length, D, threshold);
    float *vq = random_floats(31, h.count, 1.0f);
    float *vk = random_floats(32, h.count, 1.0f);
    float *vv = random_floats(33, h.count, 1.0f);
    const float *const moves[3] = {vq, vk, vv};
    double by_difference = 0.0;

    for (int i = 0; i < length; i++) {
        by_difference +=
            reference_row(&h, i, step, moves, NULL) - reference_row(&h, i, -step, moves, NULL);
    }
    by_difference /= 2.0 * step;

    run(nn, &h);
    /* float roundings of 3 length D terms, which grow as a root of their number */
    CHECK_NEAR(dot(h.count, h.dq, vq) + dot(h.count, h.dk, vk) + dot(h.count, h.dv, vv),
               by_difference, 3e-6 * sqrt((double)length * D) + 1e-6);
    free(vq);
    free(vk);
    free(vv);
    head_clear(&h);
}

static void values_and_derivatives_hold_for_every_length(const mpb_nn *nn)
{
    static const int lengths[] = {1, 2, 5, 16, 31, 32, 33, 127, 129, 300};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        forward_equals_the_formula(nn, lengths[i], 8, 0);
        forward_equals_the_formula(nn, lengths[i], 32, 6554);
        forward_equals_the_formula(nn, lengths[i], 64, 6554);
        forward_equals_the_formula(nn, lengths[i], 21, 0);
        backward_is_the_derivative(nn, lengths[i], 32, 0);
        backward_is_the_derivative(nn, lengths[i], 8, 6554);
        backward_is_the_derivative(nn, lengths[i], 37, 6554);
    }
}

/* Two keys with scores 0 and x and values 0 and 1: the output is e / (1 + e), e = exp(x). */
static void exp_of_softmax_is_within_a_few_ulp_on_a_grid(const mpb_nn *nn)
{
    enum { GRID = 20000 };
    const uint32_t position = 0;
    const float q = 1.0f;
    const float v[] = {0.0f, 1.0f};
    const mpb_attention_task task = {.length = 2,
                                     .num_queries = 1,
                                     .head_size = 1,
                                     .ld_query = 1,
                                     .ld_key = 1,
                                     .ld_gradient = 1,
                                     .positions = &position,
                                     .scale = 1.0f,
                                     .scratch = attention_scratch_make(2, 1)};

    for (int i = 0; i < GRID; i++) {
        const float k[] = {0.0f, -86.0f * (float)i / GRID};
        double e = exp((double)k[1]);
        double want = e / (1.0 + e);
        float o, lse;

        nn->attention.forward(&task, &q, k, v, &o, &lse);
        CHECK_NEAR((double)o, want, 3.6e-7 * want); /* 2 ulp, the sum, 1 / sum and a product */
        CHECK_NEAR((double)lse, log1p(e), 1.2e-7);
    }
    mpb_memory_destroy(task.scratch);
}

static void gradients_may_take_the_place_of_inputs(const mpb_nn *nn)
{
    head h = head_make(150, 16, 6554);

    run(nn, &h);
    nn->attention.backward(&h.task, h.q, h.k, h.v, h.o, h.lse, h.d_o, h.q, h.k, h.v);
    for (int i = 0; i < h.task.length; i++) {
        size_t query = (size_t)i * (size_t)h.task.ld_query;
        size_t key = (size_t)i * (size_t)h.task.ld_key;

        CHECK(memcmp(h.q + query, h.dq + query, 16 * sizeof *h.q) == 0);
        CHECK(memcmp(h.k + key, h.dk + key, 16 * sizeof *h.k) == 0);
        CHECK(memcmp(h.v + key, h.dv + key, 16 * sizeof *h.v) == 0);
    }
    head_clear(&h);
}

/* Rows `positions` (num_queries) of x, without gaps. */
static float *rows_of(const head *h, const float *x, int ld, int num_queries,
                      const uint32_t *positions)
{
    const size_t D = (size_t)h->task.head_size;
    float *rows = malloc((size_t)num_queries * D * sizeof *rows);

    CHECK(rows != NULL);
    for (int i = 0; i < num_queries; i++) {
        memcpy(rows + (size_t)i * D, x + positions[i] * (size_t)ld, D * sizeof *rows);
    }
    return rows;
}

/* Makes x 0 in all rows but `positions`, which `rows` has. */
static void keep_rows(const head *h, int num_queries, const uint32_t *positions, const float *rows,
                      float *x)
{
    const size_t D = (size_t)h->task.head_size;

    memset(x, 0, h->count * sizeof *x);
    for (int i = 0; i < num_queries; i++) {
        memcpy(x + positions[i] * (size_t)h->task.ld_gradient, rows + (size_t)i * D,
               D * sizeof *rows);
    }
}

static void check_keys_near(const head *h, const float *got, const float *want, double tolerance)
{
    for (int j = 0; j < h->task.length; j++) {
        for (int d = 0; d < h->task.head_size; d++) {
            size_t at = (size_t)j * (size_t)h->task.ld_key + (size_t)d;

            CHECK_NEAR(got[at], want[at], tolerance);
        }
    }
}

/* Bit for bit what all queries give in these rows, where the others' gradients are 0; dk and dv are
 * sums over fewer terms, in another order. */
static void some_queries(const mpb_nn *nn, int length, int num_queries, const uint32_t *positions)
{
    enum { D = 32 };
    const size_t bytes = (size_t)num_queries * D * sizeof(float);
    head h = head_make(length, D, 6554);
    float *q = rows_of(&h, h.q, h.task.ld_query, num_queries, positions);
    float *d_o = rows_of(&h, h.d_o, h.task.ld_gradient, num_queries, positions);
    float *o = malloc(bytes);
    float *dq = malloc(bytes);
    float *lse = malloc((size_t)num_queries * sizeof *lse);
    float *dk = random_floats(41, h.count, 1.0f);
    float *dv = random_floats(42, h.count, 1.0f);
    mpb_attention_task task = h.task;
    float *want_o;
    float *want_dq;

    CHECK(o != NULL && dq != NULL && lse != NULL);
    keep_rows(&h, num_queries, positions, d_o, h.d_o);
    run(nn, &h);
    want_o = rows_of(&h, h.o, h.task.ld_query, num_queries, positions);
    want_dq = rows_of(&h, h.dq, h.task.ld_query, num_queries, positions);

    task.num_queries = num_queries;
    task.positions = positions;
    task.ld_query = D;
    task.ld_gradient = D;
    nn->attention.forward(&task, q, h.k, h.v, o, lse);
    nn->attention.backward(&task, q, h.k, h.v, o, lse, d_o, dq, dk, dv);
    CHECK(memcmp(o, want_o, bytes) == 0);
    CHECK(memcmp(dq, want_dq, bytes) == 0);
    for (int i = 0; i < num_queries; i++) {
        CHECK(lse[i] == h.lse[positions[i]]);
    }
    check_keys_near(&h, dk, h.dk, 1e-6);
    check_keys_near(&h, dv, h.dv, 1e-6);

    free(q);
    free(d_o);
    free(o);
    free(dq);
    free(lse);
    free(dk);
    free(dv);
    free(want_o);
    free(want_dq);
    head_clear(&h);
}

static void some_queries_give_what_all_give_there(const mpb_nn *nn)
{
    static const uint32_t first[] = {0};
    static const uint32_t scattered[] = {1, 2, 3, 64, 130, 199};
    uint32_t most[170];

    for (uint32_t i = 0; i < 170; i++) {
        most[i] = i + 20;
    }
    some_queries(nn, 1, 1, first);
    some_queries(nn, 33, 1, first);
    some_queries(nn, 200, 1, first);
    some_queries(nn, 200, 6, scattered);
    some_queries(nn, 200, 170, most);
}

static void values_and_gradients_equal_pytorchs(const mpb_nn *nn)
{
    enum { LENGTH = 7, D = 8, COUNT = LENGTH * D };
    const uint32_t positions[LENGTH] = {0, 1, 2, 3, 4, 5, 6};
    const mpb_attention_task task = {.length = LENGTH,
                                     .num_queries = LENGTH,
                                     .head_size = D,
                                     .ld_query = D,
                                     .ld_key = D,
                                     .ld_gradient = D,
                                     .positions = positions,
                                     .scale = 1.0f / sqrtf((float)D),
                                     .scratch = attention_scratch_make(LENGTH, D)};
    float *q = random_floats(7, COUNT, 1.0f);
    float *k = random_floats(8, COUNT, 1.0f);
    float *v = random_floats(9, COUNT, 1.0f);
    float *u = random_floats(10, COUNT, 1.0f);
    float o[COUNT], lse[LENGTH];

    nn->attention.forward(&task, q, k, v, o, lse);
    nn->attention.backward(&task, q, k, v, o, lse, u, q, k, v);
    CHECK_ALL_NEAR(COUNT, o, ATTENTION_O, 5e-7); /* a few float roundings of numbers below 1 */
    CHECK_ALL_NEAR(LENGTH, lse, ATTENTION_LSE, 1e-6);
    CHECK_ALL_NEAR(COUNT, q, ATTENTION_DQ, 1e-6);
    CHECK_ALL_NEAR(COUNT, k, ATTENTION_DK, 1e-6);
    CHECK_ALL_NEAR(COUNT, v, ATTENTION_DV, 1e-6);
    mpb_memory_destroy(task.scratch);
    free(q);
    free(k);
    free(v);
    free(u);
}

int main(void)
{
    on_every_isa(values_and_gradients_equal_pytorchs);
    on_every_isa(exp_of_softmax_is_within_a_few_ulp_on_a_grid);
    on_every_isa(gradients_may_take_the_place_of_inputs);
    on_every_isa(some_queries_give_what_all_give_there);
    on_every_isa(values_and_derivatives_hold_for_every_length);
    return EXIT_SUCCESS;
}
