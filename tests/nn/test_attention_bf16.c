/* Attention over saved arrays of bf16: the bits of the float kernels on the same numbers, rounded.
 */

#include "nn_test.h"

/* A head whose rows lie among others', as floats and as bf16. */
typedef struct head {
    mpb_attention_task task;
    size_t count; /* elements of each matrix */
    mpb_bf16 *q, *k, *v, *o;
    float *wide_q, *wide_k, *wide_v, *wide_o;
    float *d_o, *lse;
    uint32_t *positions;
} head;

/* Random bf16, and the same as floats. */
static mpb_bf16 *narrow_make(unsigned seed, size_t count, float *wide)
{
    mpb_bf16 *narrow = malloc(count * sizeof *narrow);

    CHECK(narrow != NULL);
    for (size_t i = 0; i < count; i++) {
        narrow[i] = mpb_bf16_round(2.0f * test_value(seed, (unsigned)i));
        wide[i] = mpb_bf16_widen(narrow[i]);
    }
    return narrow;
}

static head head_make(int length, int num_queries, int D)
{
    const mpb_attention_task task = {.length = length,
                                     .num_queries = num_queries,
                                     .head_size = D,
                                     .ld_query = D + 3,
                                     .ld_key = D + 5,
                                     .ld_gradient = D + 1,
                                     .scale = 1.0f / sqrtf((float)D),
                                     .dropout = {mpb_philox_key_make(42, 7), 6554},
                                     .example = 77,
                                     .site = 5};
    head h = {.task = task, .count = (size_t)length * (size_t)task.ld_key};

    h.wide_q = random_floats(1, h.count, 0.0f);
    h.wide_k = random_floats(2, h.count, 0.0f);
    h.wide_v = random_floats(3, h.count, 0.0f);
    h.wide_o = random_floats(4, h.count, 0.0f);
    h.q = narrow_make(1, h.count, h.wide_q);
    h.k = narrow_make(2, h.count, h.wide_k);
    h.v = narrow_make(3, h.count, h.wide_v);
    h.o = narrow_make(4, h.count, h.wide_o);
    h.d_o = random_floats(5, h.count, 1.0f);
    h.lse = random_floats(6, 2 * (size_t)length, 0.0f);
    h.positions = malloc((size_t)length * sizeof *h.positions);
    CHECK(h.positions != NULL);
    for (int i = 0; i < length; i++) {
        h.positions[i] = (uint32_t)i;
    }
    h.task.positions = h.positions;
    h.task.scratch = attention_scratch_make(length, D);
    return h;
}

static void head_clear(head *h)
{
    mpb_memory_destroy(h->task.scratch);
    free(h->q);
    free(h->k);
    free(h->v);
    free(h->o);
    free(h->wide_q);
    free(h->wide_k);
    free(h->wide_v);
    free(h->wide_o);
    free(h->d_o);
    free(h->lse);
    free(h->positions);
}

/* All of an array: what lies between the rows stays as it was. */
static void check_rounded(size_t count, const mpb_bf16 *got, const float *want)
{
    for (size_t i = 0; i < count; i++) {
        CHECK(got[i] == mpb_bf16_round(want[i]));
    }
}

static void same_as_floats(const mpb_nn *nn, int length, int num_queries, int D)
{
    head h = head_make(length, num_queries, D);
    mpb_attention_task narrow = h.task;
    float *narrow_lse = h.lse + length;

    narrow.type = MPB_GEMM_BF16;
    nn->attention.forward(&h.task, h.wide_q, h.wide_k, h.wide_v, h.wide_o, h.lse);
    nn->attention.forward(&narrow, h.q, h.k, h.v, h.o, narrow_lse);
    CHECK(memcmp(narrow_lse, h.lse, (size_t)num_queries * sizeof *h.lse) == 0);
    check_rounded(h.count, h.o, h.wide_o);

    nn->rows.widen(h.count, h.o, h.wide_o);
    nn->attention.backward(&h.task, h.wide_q, h.wide_k, h.wide_v, h.wide_o, h.lse, h.d_o, h.wide_q,
                           h.wide_k, h.wide_v);
    nn->attention.backward(&narrow, h.q, h.k, h.v, h.o, h.lse, h.d_o, h.q, h.k, h.v);
    check_rounded(h.count, h.q, h.wide_q);
    check_rounded(h.count, h.k, h.wide_k);
    check_rounded(h.count, h.v, h.wide_v);
    head_clear(&h);
}

static void results_are_those_of_floats_rounded(const mpb_nn *nn)
{
    static const int lengths[] = {1, 2, 7, 16, 31, 32, 33, 65, 129};
    static const int sizes[] = {1, 8, 21, 32, 64};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            same_as_floats(nn, lengths[i], lengths[i], sizes[j]);
            same_as_floats(nn, lengths[i], 1, sizes[j]);
            same_as_floats(nn, lengths[i], 0, sizes[j]);
        }
    }
}

int main(void)
{
    on_every_isa(results_are_those_of_floats_rounded);
    return EXIT_SUCCESS;
}
