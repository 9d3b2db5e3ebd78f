/* What is trained of a model: its order, and gradients that are those of full training. */

#include "mpibert/core/status.h"
#include "tiny.h"

static char *const LAYER_ONE[] = {"layer.1"};
static char *const NORMS[] = {"LayerNorm"};
static char *const SECOND_HALF[] = {"layer.2.output"};
static char *const QUERY[] = {"query"};
static char *const WRONG[] = {"layer.1", "layr.2"};
static char *const WORDS[] = {"word_embeddings"};

#define NAMED(LIST)                                                                                \
    {                                                                                              \
        .kind = MPB_TRAIN_NAMED, .names = {                                                        \
            .items = (char **)(LIST),                                                              \
            .count = sizeof(LIST) / sizeof(*(LIST))                                                \
        }                                                                                          \
    }

static const mpb_trainable ALL = {.kind = MPB_TRAIN_ALL};
static const mpb_trainable HEAD = {.kind = MPB_TRAIN_HEAD};
static const mpb_trainable BITFIT = {.kind = MPB_TRAIN_BITFIT};
static const mpb_trainable TOP_ONE = {.kind = MPB_TRAIN_TOP, .top_layers = 1};
static const mpb_trainable TOP_TWO = {.kind = MPB_TRAIN_TOP, .top_layers = 2};
static const mpb_trainable TOP_ALL = {.kind = MPB_TRAIN_TOP, .top_layers = TINY_LAYERS};

static mpb_model_config config_of(mpb_family family, const mpb_trainable *what,
                                  const mpb_unfreeze_schedule *later)
{
    mpb_model_config config = tiny_config(family);

    config.trainable = what;
    config.unfreeze_schedule = later;
    return config;
}

static mpb_parameters table_of(const mpb_trainable *what)
{
    const mpb_model_config config = config_of(MPB_BERT, what, NULL);
    mpb_parameters parameters;

    CHECK_OK(mpb_parameters_create(&config, &parameters));
    return parameters;
}

static bool is_trained(const mpb_parameters *parameters, const char *name)
{
    const mpb_parameter *item = mpb_parameters_find(parameters, name);

    CHECK(item != NULL);
    return item->trained_after == 0;
}

static void words_say_what_is_trained(void)
{
    const struct {
        const mpb_trainable *what;
        bool words, layer_two, layer_two_bias, pooler, classifier;
    } cases[] = {
        {&ALL, true, true, true, true, true},
        {&HEAD, false, false, false, false, true},
        {&TOP_ONE, false, true, true, true, true},
        {&BITFIT, false, false, true, false, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        mpb_parameters p = table_of(cases[i].what);

        CHECK(is_trained(&p, "bert.embeddings.word_embeddings.weight") == cases[i].words);
        CHECK(is_trained(&p, "bert.encoder.layer.2.output.dense.weight") == cases[i].layer_two);
        CHECK(is_trained(&p, "bert.encoder.layer.2.output.dense.bias") == cases[i].layer_two_bias);
        CHECK(is_trained(&p, "bert.pooler.dense.weight") == cases[i].pooler);
        CHECK(is_trained(&p, "classifier.weight") == cases[i].classifier);
        mpb_parameters_destroy(&p);
    }
}

/* No two tensors share a float, the trained ones fill the end, later stages lie before earlier ones. */
static void check_places(const mpb_parameters *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const mpb_parameter *a = &p->items[i];

        CHECK(a->offset + a->count <= p->size);
        CHECK((a->trained_after == MPB_NEVER_TRAINED) == (a->offset < p->frozen));
        for (size_t j = 0; j < p->count; j++) {
            const mpb_parameter *b = &p->items[j];

            CHECK(i == j || a->offset + a->count <= b->offset || b->offset + b->count <= a->offset);
            CHECK(a->trained_after == MPB_NEVER_TRAINED || b->trained_after <= a->trained_after ||
                  b->offset < a->offset);
        }
    }
}

static void stages_are_runs_to_the_end(void)
{
    const mpb_unfreezing stages[] = {{1, TOP_ONE}, {4, TOP_ALL}};
    const mpb_unfreeze_schedule later = {2, (mpb_unfreezing *)stages};
    const mpb_model_config config = config_of(MPB_BERT, &HEAD, &later);
    mpb_parameters all;
    mpb_parameters trained;

    CHECK_OK(mpb_parameters_create(&config, &all));
    CHECK_OK(mpb_parameters_trained(&all, &trained));
    check_places(&all);
    CHECK(trained.size == all.size - all.frozen);
    CHECK(mpb_parameters_trained_from(&trained, 0) ==
          mpb_parameters_find(&trained, "classifier.weight")->offset);
    CHECK(
        mpb_parameters_trained_from(&trained, 3) ==
        mpb_parameters_find(&trained, "bert.encoder.layer.2.attention.self.query.weight")->offset);
    CHECK(mpb_parameters_trained_from(&trained, 4) == 0);
    mpb_parameters_destroy(&trained);
    mpb_parameters_destroy(&all);
}

static void check_refused(const mpb_trainable *what, const mpb_unfreeze_schedule *later,
                          const char *message)
{
    const mpb_model_config config = config_of(MPB_BERT, what, later);
    mpb_parameters parameters;

    CHECK(mpb_parameters_create(&config, &parameters) == MPB_ERR_CONFIG);
    CHECK(strstr(mpb_status_last(), message) != NULL);
}

static void wishes_without_meaning_are_refused(void)
{
    const mpb_trainable query = NAMED(QUERY);
    const mpb_trainable wrong = NAMED(WRONG);
    const mpb_trainable words = NAMED(WORDS);
    const mpb_trainable too_many = {.kind = MPB_TRAIN_TOP, .top_layers = TINY_LAYERS + 1};
    mpb_unfreezing stage = {1, TOP_ONE};
    const mpb_unfreeze_schedule later = {1, &stage};

    check_refused(&query, NULL, "are trained together or not at all");
    check_refused(&wrong, NULL, "'layr.2' names no tensor of the model");
    check_refused(&too_many, NULL, "top:4 was asked for, the model has 3 layers");
    check_refused(&ALL, &later, "lacks bert.embeddings.word_embeddings.weight");
    check_refused(&TOP_ONE, &later, "after epoch 1 nothing is unfrozen");
    stage.what = BITFIT;
    check_refused(&TOP_ONE, &later, "tensors can be unfrozen, not frozen again");
    stage.what = ALL;
    check_refused(&words, &later, "the words can only be unfrozen last");
}

static mpb_model_limits limits_with(int checkpointed)
{
    return (mpb_model_limits){.max_tokens = TINY_TOKENS,
                              .max_sequences = TINY_SEQUENCES,
                              .max_length = TINY_LENGTH,
                              .training = true,
                              .checkpointed_layers = checkpointed};
}

/* Those of full training, by the same draw; of a head alone without dropout in the layers. */
typedef struct reference {
    tiny t;
    float logits[TINY_LOGITS];
} reference;

static void open_reference(mpb_family family, bool head_alone, tiny_means means, reference *full)
{
    const mpb_model_limits limits = limits_with(0);
    mpb_model_config config = tiny_config(family);

    if (head_alone) {
        config.hidden_dropout = 0.0f;
        config.attention_dropout = 0.0f;
    }
    tiny_open_with(&full->t, &config, &limits, means);
    tiny_run(&full->t, full->logits);
}

static void check_gradients(tiny *t, int64_t epochs, const reference *full)
{
    const mpb_parameters *trained = mpb_model_trained(t->model);
    size_t count = 0;

    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];
        const mpb_parameter *same =
            mpb_parameters_find(mpb_model_parameters(full->t.model), item->name);

        if (item->trained_after <= epochs) {
            CHECK(memcmp(mpb_model_gradients(t->model) + item->offset,
                         mpb_model_gradients(full->t.model) + same->offset,
                         item->count * sizeof(float)) == 0);
            count++;
        }
    }
    CHECK(count > 0);
}

/* What was final when it was said to be. */
typedef struct reports {
    tiny *t;
    size_t count, last;
    float *gradients[2 * TINY_LAYERS + 2];
    size_t offsets[2 * TINY_LAYERS + 2];
} reports;

static void note(void *context, size_t offset)
{
    reports *r = context;
    const size_t bytes = mpb_model_trained(r->t->model)->size * sizeof(float);

    CHECK(r->count < 2 * TINY_LAYERS + 2);
    CHECK(r->count == 0 || offset <= r->offsets[r->count - 1]);
    r->offsets[r->count] = offset;
    r->gradients[r->count] = malloc(bytes);
    CHECK(r->gradients[r->count] != NULL);
    memcpy(r->gradients[r->count], mpb_model_gradients(r->t->model), bytes);
    r->count++;
}

static void check_reports(reports *r)
{
    const size_t size = mpb_model_trained(r->t->model)->size;

    CHECK(r->count >= 2 && r->offsets[r->count - 1] == mpb_model_gradients_begin(r->t->model));
    for (size_t i = 0; i < r->count; i++) {
        CHECK(memcmp(r->gradients[i] + r->offsets[i],
                     mpb_model_gradients(r->t->model) + r->offsets[i],
                     (size - r->offsets[i]) * sizeof(float)) == 0);
        free(r->gradients[i]);
    }
}

static void check_epoch(tiny *t, int64_t epochs, const reference *full)
{
    float logits[TINY_LOGITS];
    float dlogits[TINY_LOGITS];
    reports r = {.t = t};

    mpb_model_begin_epoch(t->model, epochs);
    tiny_cotangent(dlogits);
    mpb_model_zero_gradients(t->model);
    tiny_forward(t->model, &t->batch, &TINY_DRAW, logits, dlogits);
    mpb_model_backward(t->model, &t->batch, &TINY_DRAW, note, &r);
    CHECK(memcmp(logits, full->logits, sizeof(logits)) == 0);
    check_gradients(t, epochs, full);
    check_reports(&r);
}

static void check_way(mpb_family family, const mpb_trainable *what,
                      const mpb_unfreeze_schedule *later, tiny_means means, int checkpointed)
{
    const mpb_model_config config = config_of(family, what, later);
    const mpb_model_limits limits = limits_with(checkpointed);
    reference full;
    tiny t;

    open_reference(family, what->kind == MPB_TRAIN_HEAD && later == NULL, means, &full);
    tiny_open_with(&t, &config, &limits, means);
    for (int64_t epochs = 0; epochs < 4; epochs++) {
        check_epoch(&t, epochs, &full);
    }
    tiny_close(&t);
    tiny_close(&full.t);
}

static void gradients_are_those_of_full_training(void)
{
    const mpb_trainable layer = NAMED(LAYER_ONE);
    const mpb_trainable norms = NAMED(NORMS);
    const mpb_trainable half = NAMED(SECOND_HALF);
    const mpb_unfreezing stages[] = {{1, TOP_ONE}, {2, TOP_TWO}, {3, ALL}};
    const mpb_unfreezing biases_first[] = {{2, ALL}};
    const mpb_unfreeze_schedule gradual = {3, (mpb_unfreezing *)stages};
    const mpb_unfreeze_schedule late = {1, (mpb_unfreezing *)biases_first};
    const struct {
        const mpb_trainable *what;
        const mpb_unfreeze_schedule *later;
    } ways[] = {{&ALL, NULL},     {&HEAD, NULL},   {&TOP_ONE, NULL},  {&TOP_TWO, NULL},
                {&TOP_ALL, NULL}, {&BITFIT, NULL}, {&HEAD, &gradual}, {&BITFIT, &late},
                {&layer, NULL},   {&half, NULL},   {&norms, NULL}};
    tiny_means bf16 = tiny_best(2);

    bf16.products.precision = MPB_GEMM_BF16;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        for (int checkpointed = 0; checkpointed < TINY_LAYERS; checkpointed++) {
            check_way(MPB_BERT, ways[i].what, ways[i].later, tiny_best(2), checkpointed);
        }
        check_way(MPB_BERT, ways[i].what, ways[i].later, bf16, 1);
    }
    for (size_t i = 0; i < 8; i++) {
        check_way(MPB_DISTILBERT, ways[i].what, ways[i].later, tiny_best(1), 0);
    }
}

/* Of a head over first rows and of one over all tokens. */
static void training_goes_on_from_what_was_encoded(mpb_head_kind head, size_t rows_of_longest)
{
    const mpb_model_limits limits = limits_with(0);
    mpb_model_config config = config_of(MPB_BERT, &HEAD, NULL);
    static float rows[TINY_TOKENS * 40];
    static float wanted[TINY_TOKENS * TINY_LABELS];
    static float outputs[TINY_TOKENS * TINY_LABELS];
    static float cotangent[TINY_TOKENS * TINY_LABELS];
    const float *encoded[TINY_SEQUENCES];
    size_t num_rows = 0;
    float *gradients;
    size_t bytes;
    tiny t;
    tiny_taker to = {TINY_LABELS, wanted, cotangent};

    config.head = head;
    tiny_open_with(&t, &config, &limits, tiny_best(2));
    for (unsigned i = 0; i < TINY_TOKENS * TINY_LABELS; i++) {
        cotangent[i] = test_value(2, i);
    }
    mpb_model_zero_gradients(t.model);
    mpb_model_forward(t.model, &t.batch, &TINY_DRAW, tiny_take, &to);
    mpb_model_backward(t.model, &t.batch, &TINY_DRAW, NULL, NULL);
    bytes = mpb_model_trained(t.model)->size * sizeof(float);
    gradients = malloc(bytes);
    CHECK(gradients != NULL);
    memcpy(gradients, mpb_model_gradients(t.model), bytes);

    mpb_model_encode(t.model, &t.batch, rows);
    for (size_t s = 0; s < TINY_SEQUENCES; s++) {
        const size_t length = t.batch.offsets[s + 1] - t.batch.offsets[s];

        encoded[s] = rows + num_rows * 40;
        num_rows += length < rows_of_longest ? length : rows_of_longest;
    }
    t.batch.encoded = encoded;
    to.outputs = outputs;
    mpb_model_zero_gradients(t.model);
    mpb_model_forward(t.model, &t.batch, &TINY_DRAW, tiny_take, &to);
    mpb_model_backward(t.model, &t.batch, &TINY_DRAW, NULL, NULL);
    CHECK(memcmp(outputs, wanted, num_rows * TINY_LABELS * sizeof(float)) == 0);
    CHECK(memcmp(mpb_model_gradients(t.model), gradients, bytes) == 0);
    free(gradients);
    tiny_close(&t);
}

/* Of what is frozen nothing is kept. */
static void frozen_parts_take_no_memory(void)
{
    const mpb_model_limits limits = limits_with(0);
    const mpb_trainable *const ways[] = {&ALL, &TOP_TWO, &TOP_ONE, &HEAD};
    mpb_model_sizes last = {.gradients = SIZE_MAX, .activations = SIZE_MAX};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const mpb_model_config config = config_of(MPB_BERT, ways[i], NULL);
        mpb_model_sizes sizes;

        CHECK_OK(mpb_model_measure(&config, &limits, 1, MPB_GEMM_F32, &sizes));
        CHECK(sizes.gradients < last.gradients);
        CHECK(sizes.activations < last.activations);
        last = sizes;
    }
    CHECK(last.gradients == (TINY_LABELS * 40 + 8 + 16) * sizeof(float)); /* lines of 16 floats */
}

int main(void)
{
    words_say_what_is_trained();
    stages_are_runs_to_the_end();
    wishes_without_meaning_are_refused();
    gradients_are_those_of_full_training();
    training_goes_on_from_what_was_encoded(MPB_HEAD_SEQUENCE, 1);
    training_goes_on_from_what_was_encoded(MPB_HEAD_TOKENS, TINY_LENGTH);
    frozen_parts_take_no_memory();
    return 0;
}
