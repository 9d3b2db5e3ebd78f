/* Bottleneck adapters on any number of threads, with checkpointed layers, in bf16, without training. */

#include "tiny.h"

/* A width that is no multiple of a vector. */
enum { SIZE = 11, TOKENS = 1024 };

typedef struct how {
    mpb_family family;
    mpb_bottleneck_kind kind;
    mpb_gemm_type precision;
} how;

typedef struct outcome {
    size_t count;
    float logits[TINY_LOGITS];
    float *gradients; /* (count): of all that is trained */
} outcome;

static mpb_model_config config_of(how h)
{
    mpb_model_config config = tiny_config(h.family);

    config.bottleneck = (mpb_bottleneck){h.kind, SIZE};
    return config;
}

static void open_adapted(tiny *t, how h, int threads, bool training, int checkpointed)
{
    const tiny_means means = {
        .threads = threads, .isa = mpb_isa_best(), .products = {.precision = h.precision}};
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = training,
                                     .checkpointed_layers = checkpointed};
    const mpb_model_config config = config_of(h);

    tiny_open_with(t, &config, &limits, means);
}

static outcome compute(how h, int threads, int checkpointed)
{
    outcome made;
    tiny t;

    open_adapted(&t, h, threads, true, checkpointed);
    tiny_run(&t, made.logits);
    made.count = mpb_model_trained(t.model)->size;
    made.gradients = calloc(made.count, sizeof(*made.gradients));
    CHECK(made.gradients != NULL);
    memcpy(made.gradients, mpb_model_gradients(t.model), made.count * sizeof(*made.gradients));
    tiny_close(&t);
    return made;
}

static void check_same(outcome got, const outcome *want)
{
    CHECK(got.count == want->count);
    CHECK(memcmp(got.logits, want->logits, sizeof(want->logits)) == 0);
    CHECK(memcmp(got.gradients, want->gradients, want->count * sizeof(float)) == 0);
    free(got.gradients);
}

static void no_way_of_computing_changes_a_bit(how h)
{
    outcome want = compute(h, 1, 0);

    check_same(compute(h, 2, 0), &want);
    check_same(compute(h, 3, 0), &want);
    for (int layers = 1; layers < TINY_LAYERS; layers++) {
        check_same(compute(h, 2, layers), &want);
    }
    free(want.gradients);
}

static void model_without_training_memory_gives_the_same_logits(how h)
{
    float want[TINY_LOGITS];
    float got[TINY_LOGITS];
    tiny training;
    tiny evaluation;

    open_adapted(&training, h, 1, true, 0);
    open_adapted(&evaluation, h, 2, false, 0);
    tiny_forward(training.model, &training.batch, NULL, want, NULL);
    tiny_forward(evaluation.model, &evaluation.batch, NULL, got, NULL);
    CHECK(memcmp(got, want, sizeof(want)) == 0);
    tiny_close(&training);
    tiny_close(&evaluation);
}

/* As tests/model/test_bf16.c reckons: 5 % of the whole. BERT alone, as in DistilBERT's head, and without the
 * ReLUs of pfeiffer, which switch near 0. */
static void bf16_is_near_floats(void)
{
    const how in_floats = {MPB_BERT, MPB_HOULSBY, MPB_GEMM_F32};
    const how in_bf16 = {MPB_BERT, MPB_HOULSBY, MPB_GEMM_BF16};
    outcome want = compute(in_floats, 1, 0);
    outcome got = compute(in_bf16, 1, 0);

    tiny_check_close(TINY_LOGITS, got.logits, want.logits, 0.05);
    tiny_check_close(want.count, got.gradients, want.gradients, 0.05);
    CHECK(memcmp(got.logits, want.logits, sizeof(want.logits)) != 0);
    free(want.gradients);
    free(got.gradients);
}

static mpb_model_sizes measure(const mpb_model_config *config, int checkpointed)
{
    const mpb_model_limits limits = {.max_tokens = TOKENS,
                                     .max_sequences =
                                         TOKENS, /* each of one token: the head's rows */
                                     .max_length = 64,
                                     .training = true,
                                     .checkpointed_layers = checkpointed};
    mpb_model_sizes sizes;

    CHECK_OK(mpb_model_measure(config, &limits, 2, MPB_GEMM_F32, &sizes));
    return sizes;
}

static size_t places_of(mpb_bottleneck_kind kind)
{
    return kind == MPB_HOULSBY ? 2 : 1;
}

/* What it reads, H, and u, the size, a token and place, and a rstd where a LayerNorm gives what it reads; the
 * same once more than layers are kept, where all but one are checkpointed. Arrays begin on cache lines. */
static void a_layer_keeps_what_its_adapters_read(mpb_bottleneck_kind kind)
{
    const how h = {MPB_BERT, kind, MPB_GEMM_F32};
    const mpb_model_config with = config_of(h);
    const mpb_model_config without = tiny_config(MPB_BERT);
    const size_t norm = kind == MPB_PFEIFFER ? 1 : 0;
    const size_t place = TOKENS * (40 + SIZE + norm) * sizeof(float);

    for (int checkpointed = 0; checkpointed < TINY_LAYERS; checkpointed++) {
        const size_t kept = (size_t)(TINY_LAYERS - checkpointed);
        const size_t more =
            measure(&with, checkpointed).activations - measure(&without, checkpointed).activations;

        CHECK(more >= kept * places_of(kind) * place);
        CHECK(more <= kept * (places_of(kind) * place + 2 * 3 * 64));
    }
    CHECK(measure(&with, 0).gradients < measure(&without, 0).gradients / 4);
}

int main(void)
{
    for (int family = MPB_BERT; family <= MPB_DISTILBERT; family++) {
        for (int kind = MPB_HOULSBY; kind <= MPB_PFEIFFER; kind++) {
            for (int bf16 = 0; bf16 <= 1; bf16++) {
                const how h = {(mpb_family)family, (mpb_bottleneck_kind)kind,
                               bf16 ? MPB_GEMM_BF16 : MPB_GEMM_F32};

                no_way_of_computing_changes_a_bit(h);
                model_without_training_memory_gives_the_same_logits(h);
            }
        }
    }
    bf16_is_near_floats();
    a_layer_keeps_what_its_adapters_read(MPB_HOULSBY);
    a_layer_keeps_what_its_adapters_read(MPB_PFEIFFER);
    return 0;
}
