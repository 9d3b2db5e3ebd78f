/* Masked words of more rows than are decoded at a time: what blocks of rows give is what some
 * sequences after the other give. */

#include "mpibert/math/blas.h"
#include "mpibert/model/head.h"
#include "small_model.h"

enum { SEQUENCES = 24, LENGTH = 50, ROWS = SEQUENCES * LENGTH, WORDS = 70, TOGETHER = 8 };

static const mpb_model_config CONFIG = {
    SMALL_BERT(WORDS, LENGTH, 2), .head = MPB_HEAD_WORDS,   .hidden_size = 16,
    .num_hidden_layers = 1,       .num_attention_heads = 2, .intermediate_size = 32,
};

/* Sequences of equal length, all of whose rows are named. */
typedef struct inputs {
    uint32_t tokens[ROWS];
    size_t offsets[SEQUENCES + 1];
    uint32_t segment_b[SEQUENCES];
    uint64_t examples[SEQUENCES];
} inputs;

static void make_inputs(inputs *in)
{
    for (unsigned t = 0; t < ROWS; t++) {
        in->tokens[t] = (uint32_t)((test_value(1, t) + 1.0f) * (WORDS - 1) / 2.0f);
    }
    for (size_t s = 0; s < SEQUENCES; s++) {
        in->offsets[s + 1] = (s + 1) * LENGTH;
        in->segment_b[s] = LENGTH;
        in->examples[s] = s;
    }
}

static mpb_batch batch_of(const inputs *in, size_t first, size_t count)
{
    return (mpb_batch){.num_sequences = count,
                       .tokens = in->tokens + first * LENGTH,
                       .offsets = in->offsets,
                       .segment_b = in->segment_b + first,
                       .examples = in->examples + first};
}

/* The outputs of all rows, and how often some were shown. */
typedef struct shown {
    size_t begin; /* of the batch's rows */
    float outputs[ROWS * WORDS];
    int calls;
} shown;

static bool take(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    shown *s = context;
    const size_t at = (s->begin + first_row) * WORDS;

    memcpy(s->outputs + at, outputs, num_rows * WORDS * sizeof(*outputs));
    for (size_t i = 0; i < num_rows * WORDS; i++) {
        outputs[i] = test_value(2, (unsigned)(at + i));
    }
    s->calls++;
    return true;
}

/* gradients, the caller's: of all sequences, `count` in a batch. */
static float *run(const inputs *in, size_t count, shown *s)
{
    const mpb_model_limits limits = {
        .max_tokens = ROWS, .max_sequences = SEQUENCES, .max_length = LENGTH, .training = true};
    const mpb_gemm_choice products = {MPB_GEMM_OWN, MPB_GEMM_F32};
    mpb_model *model = NULL;
    float *gradients;
    mpb_team team;
    size_t bytes;

    CHECK_OK(mpb_team_begin(2, NULL, 0, &team));
    CHECK_OK(mpb_model_create(&CONFIG, &limits, &team, mpb_isa_best(), products, &model));
    small_model_initialise(model, 0.2f);
    mpb_model_zero_gradients(model);
    for (size_t first = 0; first < SEQUENCES; first += count) {
        const mpb_batch batch = batch_of(in, first, count);

        s->begin = first * LENGTH;
        mpb_model_forward(model, &batch, NULL, take, s);
        mpb_model_backward(model, &batch, NULL, NULL, NULL);
    }
    bytes = mpb_model_parameters(model)->size * sizeof(*gradients);
    gradients = malloc(bytes);
    CHECK(gradients != NULL);
    memcpy(gradients, mpb_model_gradients(model), bytes);
    mpb_model_destroy(&model);
    mpb_team_end(&team);
    return gradients;
}

/* Outputs to the bit. A gradient of the word table is a sum of some thousand terms, of up to 1,200
 * rows, in another order: 1e-5 of the largest one. */
static void blocks_of_rows_give_what_batches_give(void)
{
    static inputs in;
    static shown blocks, batches;
    float *got, *want;
    double largest = 0.0;
    size_t size;
    mpb_parameters parameters;

    make_inputs(&in);
    got = run(&in, SEQUENCES, &blocks);
    want = run(&in, TOGETHER, &batches);
    CHECK(blocks.calls > 1 && batches.calls == SEQUENCES / TOGETHER);
    CHECK(memcmp(blocks.outputs, batches.outputs, sizeof(blocks.outputs)) == 0);
    CHECK_OK(mpb_parameters_create(&CONFIG, &parameters));
    size = parameters.size;
    for (size_t i = 0; i < size; i++) {
        largest = fmax(largest, fabs((double)want[i]));
    }
    for (size_t i = 0; i < size; i++) {
        CHECK_NEAR((double)got[i], (double)want[i], 1e-5 * largest);
    }
    CHECK(largest > 1.0);
    mpb_parameters_destroy(&parameters);
    free(got);
    free(want);
}

int main(void)
{
    mpb_blas_single_threaded();
    blocks_of_rows_give_what_batches_give();
    return 0;
}
