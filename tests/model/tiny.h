#pragma once

/* A tiny model with random weights and a ragged batch, for tests that need no reference. */

#include "check.h"
#include "mpibert/math/blas.h"
#include "mpibert/model/model.h"

enum {
    TINY_LABELS = 3,
    TINY_LAYERS = 3,
    TINY_SEQUENCES = 5,
    TINY_TOKENS = 160,
    TINY_LENGTH = 70,
    TINY_LOGITS = TINY_SEQUENCES * TINY_LABELS,
};

static const mpb_dropout_draw TINY_DRAW = {.seed = 7, .step = 3};

typedef struct tiny {
    mpb_team team;
    mpb_model *model;
    mpb_batch batch;
    uint32_t tokens[TINY_TOKENS];
    size_t offsets[TINY_SEQUENCES + 1];
    uint32_t segment_b[TINY_SEQUENCES];
    uint64_t examples[TINY_SEQUENCES];
} tiny;

/* F is not 4 H, and D no multiple of a vector. */
static inline mpb_model_config tiny_config(mpb_family family)
{
    return (mpb_model_config){
        .family = family,
        .vocab_size = 50,
        .hidden_size = 40,
        .num_hidden_layers = TINY_LAYERS,
        .num_attention_heads = 4,
        .intermediate_size = 176,
        .max_position_embeddings = TINY_LENGTH + 2,
        .type_vocab_size = family == MPB_BERT ? 2 : 0,
        .layer_norm_eps = 1e-12f,
        .initializer_range = 0.2f,
        .hidden_dropout = 0.1f,
        .attention_dropout = 0.2f,
        .classifier_dropout = 0.3f,
        .num_labels = TINY_LABELS,
    };
}

/* Random values everywhere, biases and LayerNorm too. */
static inline void tiny_fill_weights(tiny *t)
{
    const mpb_parameters *parameters = mpb_model_parameters(t->model);

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];
        float *values = mpb_model_weights(t->model) + p->offset;

        mpb_parameter_initialise(p, i, 0.2f, 11, values);
        for (size_t j = 0; j < p->count && mpb_parameter_is_added(p); j++) {
            values[j] = 0.2f * test_value((unsigned)i, (unsigned)j);
        }
        for (size_t j = 0; j < p->count && p->num_dims == 1; j++) {
            values[j] += 0.2f * test_value((unsigned)i, (unsigned)j);
        }
    }
}

/* Lengths around the row blocks of the implementation, and a sequence of one token. */
static inline void tiny_fill_batch(tiny *t)
{
    static const size_t lengths[TINY_SEQUENCES] = {1, 33, TINY_LENGTH, 7, 32};

    for (size_t s = 0; s < TINY_SEQUENCES; s++) {
        t->offsets[s + 1] = t->offsets[s] + lengths[s];
        t->segment_b[s] = (uint32_t)(lengths[s] + s) / 2 + 1;
        t->examples[s] = 5000000000u + 13 * s;
    }
    for (unsigned i = 0; i < t->offsets[TINY_SEQUENCES]; i++) {
        t->tokens[i] = (uint32_t)((test_value(1, i) + 1.0f) * 25.0f);
    }
    t->batch = (mpb_batch){.num_sequences = TINY_SEQUENCES,
                           .tokens = t->tokens,
                           .offsets = t->offsets,
                           .segment_b = t->segment_b,
                           .examples = t->examples};
}

/* What a model computes with. */
typedef struct tiny_means {
    int threads;
    mpb_isa isa;
    mpb_gemm_choice products;
} tiny_means;

static inline tiny_means tiny_best(int threads)
{
    return (tiny_means){.threads = threads, .isa = mpb_isa_best()};
}

static inline void tiny_open_with(tiny *t, const mpb_model_config *config,
                                  const mpb_model_limits *limits, tiny_means means)
{
    *t = (tiny){0};
    CHECK_OK(mpb_team_begin(means.threads, NULL, 0, &t->team));
    mpb_blas_single_threaded();
    CHECK_OK(mpb_model_create(config, limits, &t->team, means.isa, means.products, &t->model));
    tiny_fill_weights(t);
    tiny_fill_batch(t);
}

static inline void tiny_open_by(tiny *t, mpb_family family, bool training, tiny_means means)
{
    const mpb_model_config config = tiny_config(family);
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = training};

    tiny_open_with(t, &config, &limits, means);
}

static inline void tiny_open(tiny *t, mpb_family family, int threads, bool training)
{
    tiny_open_by(t, family, training, tiny_best(threads));
}

/* A fixed cotangent of the logits: stands for the gradient of a loss. */
static inline void tiny_cotangent(float dlogits[TINY_LOGITS])
{
    for (unsigned i = 0; i < TINY_LOGITS; i++) {
        dlogits[i] = test_value(2, i);
    }
}

/* What becomes of a head's outputs, rows of `width`. */
typedef struct tiny_taker {
    size_t width;
    float *outputs;        /* gets all of them */
    const float *gradient; /* of them, for the model; NULL: no backward follows */
} tiny_taker;

static inline bool tiny_take(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    const tiny_taker *to = context;
    const size_t at = first_row * to->width;
    const size_t bytes = num_rows * to->width * sizeof(*outputs);

    memcpy(to->outputs + at, outputs, bytes);
    if (to->gradient != NULL) {
        memcpy(outputs, to->gradient + at, bytes);
    }
    return to->gradient != NULL;
}

static inline void tiny_forward(mpb_model *model, const mpb_batch *batch,
                                const mpb_dropout_draw *draw, float *logits, const float *dlogits)
{
    tiny_taker to = {TINY_LABELS, logits, dlogits};

    mpb_model_forward(model, batch, draw, tiny_take, &to);
}

/* sum_i dlogits_i logits_i with the fixed cotangent and the fixed draw. */
static inline double tiny_objective(tiny *t)
{
    float logits[TINY_LOGITS];
    float dlogits[TINY_LOGITS];
    double sum = 0.0;

    tiny_cotangent(dlogits);
    tiny_forward(t->model, &t->batch, &TINY_DRAW, logits, NULL);
    for (int i = 0; i < TINY_LOGITS; i++) {
        sum += (double)logits[i] * (double)dlogits[i];
    }
    return sum;
}

/* Logits and gradients under the fixed draw and cotangent. */
static inline void tiny_run(tiny *t, float logits[TINY_LOGITS])
{
    float dlogits[TINY_LOGITS];

    tiny_cotangent(dlogits);
    mpb_model_zero_gradients(t->model);
    tiny_forward(t->model, &t->batch, &TINY_DRAW, logits, dlogits);
    mpb_model_backward(t->model, &t->batch, &TINY_DRAW, NULL, NULL);
}

static inline float *tiny_copy_gradients(const tiny *t)
{
    const size_t bytes = mpb_model_parameters(t->model)->size * sizeof(float);
    float *copy = malloc(bytes);

    CHECK(copy != NULL);
    memcpy(copy, mpb_model_gradients(t->model), bytes);
    return copy;
}

/* |got - want| <= tolerance |want| */
static inline void tiny_check_close(size_t count, const float *got, const float *want,
                                    double tolerance)
{
    double error = 0.0;
    double size = 0.0;

    for (size_t i = 0; i < count; i++) {
        error += ((double)got[i] - (double)want[i]) * ((double)got[i] - (double)want[i]);
        size += (double)want[i] * (double)want[i];
    }
    CHECK(size > 0.0);
    CHECK_NEAR(sqrt(error / size), 0.0, tolerance);
}

static inline void tiny_close(tiny *t)
{
    mpb_model_destroy(&t->model);
    mpb_team_end(&t->team);
}
