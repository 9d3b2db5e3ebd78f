#include "tiny.h"

static void number_of_threads_changes_no_bit(mpb_family family)
{
    float want[TINY_LOGITS];
    float *gradients;
    size_t bytes;
    tiny t;

    tiny_open(&t, family, 1, true);
    tiny_run(&t, want);
    gradients = tiny_copy_gradients(&t);
    bytes = mpb_model_parameters(t.model)->size * sizeof(float);
    tiny_close(&t);
    for (int threads = 2; threads <= 3; threads++) {
        float got[TINY_LOGITS];

        tiny_open(&t, family, threads, true);
        tiny_run(&t, got);
        CHECK(memcmp(got, want, sizeof(want)) == 0);
        CHECK(memcmp(mpb_model_gradients(t.model), gradients, bytes) == 0);
        tiny_close(&t);
    }
    free(gradients);
}

/* Products and sums are rounded differently: 1e-7 each, some ten of them one behind the other, and
 * the scores of attention make roundings larger. */
static void instruction_set_changes_roundings_only(mpb_family family)
{
    float want[TINY_LOGITS];
    float *gradients;
    tiny t;

    tiny_open_by(&t, family, true, (tiny_means){.threads = 1, .isa = MPB_ISA_PLAIN});
    tiny_run(&t, want);
    gradients = tiny_copy_gradients(&t);
    tiny_close(&t);
    for (int isa = MPB_ISA_AVX2; isa <= (int)mpb_isa_best(); isa++) {
        float got[TINY_LOGITS];

        tiny_open_by(&t, family, true, (tiny_means){.threads = 1, .isa = (mpb_isa)isa});
        tiny_run(&t, got);
        tiny_check_close(TINY_LOGITS, got, want, 3e-6);
        tiny_check_close(mpb_model_parameters(t.model)->size, mpb_model_gradients(t.model),
                         gradients, 3e-6);
        tiny_close(&t);
    }
    free(gradients);
}

/* Sequence `s` as a batch of its own; `offsets` has room for two. */
static mpb_batch alone(const tiny *t, size_t s, size_t offsets[2])
{
    offsets[0] = 0;
    offsets[1] = t->offsets[s + 1] - t->offsets[s];
    return (mpb_batch){.num_sequences = 1,
                       .tokens = t->tokens + t->offsets[s],
                       .offsets = offsets,
                       .segment_b = t->segment_b + s,
                       .examples = t->examples + s};
}

/* Dropout depends on the example alone, and gradients add up; sums in another order differ by
 * rounding. */
static void sequences_one_by_one_add_up_to_the_batch(mpb_family family)
{
    float together[TINY_LOGITS];
    float apart[TINY_LOGITS];
    float dlogits[TINY_LOGITS];
    float *gradients;
    tiny t;

    tiny_cotangent(dlogits);
    tiny_open(&t, family, 2, true);
    tiny_run(&t, together);
    gradients = tiny_copy_gradients(&t);
    mpb_model_zero_gradients(t.model);
    for (size_t s = TINY_SEQUENCES; s-- > 0;) {
        size_t offsets[2];
        const mpb_batch batch = alone(&t, s, offsets);

        tiny_forward(t.model, &batch, &TINY_DRAW, apart + s * TINY_LABELS,
                     dlogits + s * TINY_LABELS);
        mpb_model_backward(t.model, &batch, &TINY_DRAW, NULL, NULL);
    }
    tiny_check_close(TINY_LOGITS, apart, together, 1e-5);
    tiny_check_close(mpb_model_parameters(t.model)->size, mpb_model_gradients(t.model), gradients,
                     1e-5);
    free(gradients);
    tiny_close(&t);
}

/* What the one before left is gone, also where only an empty batch follows. */
static void a_new_sum_begins_at_zero(mpb_family family)
{
    const mpb_batch empty = {0};
    float logits[TINY_LOGITS];
    const float *gradients;
    size_t bytes;
    float *want;
    tiny t;

    tiny_open(&t, family, 2, true);
    tiny_run(&t, logits);
    bytes = mpb_model_parameters(t.model)->size * sizeof(float);
    want = tiny_copy_gradients(&t);
    tiny_run(&t, logits);
    CHECK(memcmp(mpb_model_gradients(t.model), want, bytes) == 0);
    mpb_model_zero_gradients(t.model);
    mpb_model_backward(t.model, &empty, &TINY_DRAW, NULL, NULL);
    gradients = mpb_model_gradients(t.model);
    for (size_t i = 0; i < bytes / sizeof(float); i++) {
        CHECK(gradients[i] == 0.0f);
    }
    free(want);
    tiny_close(&t);
}

static void model_without_training_memory_gives_the_same_logits(mpb_family family)
{
    float want[TINY_LOGITS];
    float got[TINY_LOGITS];
    tiny training;
    tiny evaluation;

    tiny_open(&training, family, 1, true);
    tiny_open(&evaluation, family, 2, false);
    CHECK(mpb_model_gradients(evaluation.model) == NULL);
    tiny_forward(training.model, &training.batch, NULL, want, NULL);
    tiny_forward(evaluation.model, &evaluation.batch, NULL, got, NULL);
    CHECK(memcmp(got, want, sizeof(want)) == 0);
    tiny_close(&training);
    tiny_close(&evaluation);
}

static void each_draw_drops_something_else_and_the_same_again(void)
{
    const mpb_dropout_draw next = {.seed = TINY_DRAW.seed, .step = TINY_DRAW.step + 1};
    float first[TINY_LOGITS];
    float other[TINY_LOGITS];
    float again[TINY_LOGITS];
    float plain[TINY_LOGITS];
    tiny t;

    tiny_open(&t, MPB_BERT, 2, false);
    tiny_forward(t.model, &t.batch, &TINY_DRAW, first, NULL);
    tiny_forward(t.model, &t.batch, &next, other, NULL);
    tiny_forward(t.model, &t.batch, NULL, plain, NULL);
    tiny_forward(t.model, &t.batch, &TINY_DRAW, again, NULL);
    CHECK(memcmp(first, again, sizeof(first)) == 0);
    CHECK(memcmp(first, other, sizeof(first)) != 0);
    CHECK(memcmp(first, plain, sizeof(first)) != 0);
    tiny_close(&t);
}

static bool holds_token(const tiny *t, uint32_t token)
{
    for (size_t i = 0; i < t->offsets[TINY_SEQUENCES]; i++) {
        if (t->tokens[i] == token) {
            return true;
        }
    }
    return false;
}

/* The words of the tiny batch and two more, packed by owners: every number has its place, and the
 * rest of the buffer is as without packing. */
static void packed_words_have_the_gradients_of_the_table(mpb_family family, int owners)
{
    float logits[TINY_LOGITS];
    uint32_t words[50];
    float *unpacked;
    size_t size, begin, hidden, table;
    mpb_word_rows rows = {.items = words, .owners = owners};
    tiny t;

    tiny_open(&t, family, 2, true);
    tiny_run(&t, logits);
    unpacked = tiny_copy_gradients(&t);
    size = mpb_model_parameters(t.model)->size;
    hidden = (size_t)mpb_model_configuration(t.model)->hidden_size;
    table = 50 * hidden;
    for (uint32_t owner = 0; owner < (uint32_t)owners; owner++) {
        for (uint32_t word = owner; word < 50; word += (uint32_t)owners) {
            if (holds_token(&t, word) || word == 0 || word == 49) {
                words[rows.count++] = word;
            }
        }
    }
    CHECK(rows.count < 50);
    mpb_model_use_words(t.model, &rows);
    tiny_run(&t, logits);
    begin = mpb_model_gradients_begin(t.model);
    CHECK(begin == table - rows.count * hidden);
    for (size_t k = 0; k < rows.count; k++) {
        CHECK(memcmp(mpb_model_gradients(t.model) + begin + k * hidden,
                     unpacked + words[k] * hidden, hidden * sizeof(float)) == 0);
    }
    CHECK(memcmp(mpb_model_gradients(t.model) + table, unpacked + table,
                 (size - table) * sizeof(float)) == 0);
    free(unpacked);
    tiny_close(&t);
}

/* What backward reported, and the gradients as they were then. */
typedef struct reports {
    const tiny *t;
    size_t offsets[8];
    float *gradients[8];
    size_t count;
} reports;

static void note(void *context, size_t offset)
{
    reports *r = context;

    CHECK(r->count < 8);
    r->offsets[r->count] = offset;
    r->gradients[r->count] = tiny_copy_gradients(r->t);
    r->count++;
}

static void gradients_reported_as_final_change_no_more(void)
{
    float logits[TINY_LOGITS];
    float dlogits[TINY_LOGITS];
    reports r = {0};
    size_t size;
    tiny t;

    tiny_cotangent(dlogits);
    tiny_open(&t, MPB_BERT, 2, true);
    size = mpb_model_parameters(t.model)->size;
    r.t = &t;
    tiny_forward(t.model, &t.batch, &TINY_DRAW, logits, dlogits);
    mpb_model_backward(t.model, &t.batch, &TINY_DRAW, note, &r);
    CHECK(r.count == 2 * TINY_LAYERS + 2); /* head, halves of layers, embeddings */
    CHECK(r.offsets[2 * TINY_LAYERS + 1] == 0);
    for (size_t i = 0; i < r.count; i++) {
        CHECK(i == 0 || r.offsets[i] < r.offsets[i - 1]);
        CHECK(memcmp(r.gradients[i] + r.offsets[i], mpb_model_gradients(t.model) + r.offsets[i],
                     (size - r.offsets[i]) * sizeof(float)) == 0);
        free(r.gradients[i]);
    }
    tiny_close(&t);
}

/* A rank may have no sequences in a step; it must still report as the others do. */
static void empty_batch_changes_nothing_and_reports(void)
{
    float logits[TINY_LOGITS];
    reports r = {0};
    const mpb_batch empty = {0};
    float *gradients;
    tiny t;

    tiny_open(&t, MPB_DISTILBERT, 2, true);
    tiny_run(&t, logits);
    gradients = tiny_copy_gradients(&t);
    r.t = &t;
    tiny_forward(t.model, &empty, &TINY_DRAW, NULL, NULL);
    mpb_model_backward(t.model, &empty, &TINY_DRAW, note, &r);
    CHECK(r.count == 2 * TINY_LAYERS + 2 && r.offsets[2 * TINY_LAYERS + 1] == 0);
    CHECK(memcmp(gradients, mpb_model_gradients(t.model),
                 mpb_model_parameters(t.model)->size * sizeof(float)) == 0);
    for (size_t i = 0; i < r.count; i++) {
        free(r.gradients[i]);
    }
    free(gradients);
    tiny_close(&t);
}

/* As the step before may have left them, at worst; what lies between tensors stays 0. */
static void poison_gradients(const tiny *t)
{
    const mpb_parameters *parameters = mpb_model_parameters(t->model);

    for (size_t i = 0; i < parameters->count; i++) {
        for (size_t j = 0; j < parameters->items[i].count; j++) {
            mpb_model_gradients(t->model)[parameters->items[i].offset + j] = NAN;
        }
    }
}

static void check_range_is_of_this_sum(void *context, size_t offset)
{
    const tiny *t = context;

    for (size_t i = offset; i < mpb_model_parameters(t->model)->size; i++) {
        CHECK(isfinite(mpb_model_gradients(t->model)[i]));
    }
}

/* Sums over ranks may begin with a range as soon as it is reported, also on a rank that has no
 * sequences, in whatever micro-step, and with few words. */
static void ranges_reported_hold_nothing_of_the_step_before(bool empty_first, bool empty_then)
{
    const uint32_t word = 7;
    const mpb_word_rows rows = {.items = &word, .count = 1};
    const mpb_batch empty = {0};
    const bool empties[] = {empty_first, empty_then};
    float logits[TINY_LOGITS];
    float dlogits[TINY_LOGITS];
    tiny t;

    tiny_cotangent(dlogits);
    tiny_open(&t, MPB_BERT, 2, true);
    for (size_t i = 0; i < TINY_TOKENS; i++) {
        t.tokens[i] = word;
    }
    tiny_run(&t, logits);
    poison_gradients(&t);
    mpb_model_use_words(t.model, &rows);
    mpb_model_zero_gradients(t.model);
    for (int micro = 0; micro < 2; micro++) {
        const mpb_batch *batch = empties[micro] ? &empty : &t.batch;

        tiny_forward(t.model, batch, &TINY_DRAW, logits, dlogits);
        mpb_model_backward(t.model, batch, &TINY_DRAW, check_range_is_of_this_sum, &t);
    }
    tiny_close(&t);
}

static void open_checkpointed(tiny *t, mpb_family family, int layers)
{
    const mpb_model_config config = tiny_config(family);
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = true,
                                     .checkpointed_layers = layers};

    tiny_open_with(t, &config, &limits, tiny_best(2));
}

static void checkpointing_changes_no_bit(mpb_family family)
{
    float want[TINY_LOGITS];
    float *gradients;
    size_t bytes;
    tiny t;

    open_checkpointed(&t, family, 0);
    tiny_run(&t, want);
    gradients = tiny_copy_gradients(&t);
    bytes = mpb_model_parameters(t.model)->size * sizeof(float);
    tiny_close(&t);
    for (int layers = 1; layers < TINY_LAYERS; layers++) {
        float got[TINY_LOGITS];

        open_checkpointed(&t, family, layers);
        tiny_run(&t, got);
        CHECK(memcmp(got, want, sizeof(want)) == 0);
        CHECK(memcmp(mpb_model_gradients(t.model), gradients, bytes) == 0);
        tiny_close(&t);
    }
    free(gradients);
}

enum { MEASURED_TOKENS = 1024, MEASURED_HIDDEN = 64 };

static mpb_model_sizes measure(int num_layers, int checkpointed)
{
    const mpb_model_limits limits = {.max_tokens = MEASURED_TOKENS,
                                     .max_sequences = 16,
                                     .max_length = 64,
                                     .training = true,
                                     .checkpointed_layers = checkpointed};
    mpb_model_config config = tiny_config(MPB_BERT);
    mpb_model_sizes sizes;

    config.num_hidden_layers = num_layers;
    config.hidden_size = MEASURED_HIDDEN;
    config.intermediate_size = 4 * MEASURED_HIDDEN;
    CHECK_OK(mpb_model_measure(&config, &limits, 2, MPB_GEMM_F32, &sizes));
    CHECK(sizes.gradients == sizes.weights);
    return sizes;
}

/* One more layer costs 10 H floats a token where F is 4 H, besides the log-sum-exps and two rstd;
 * if it is checkpointed, H and one rstd. Its row in the list of what is saved, and what the arena
 * rounds up, are four cache lines at most. */
static void layer_keeps_what_the_design_says(void)
{
    const size_t plain = measure(16, 0).activations - measure(15, 0).activations;
    const size_t checkpointed = measure(16, 15).activations - measure(15, 14).activations;

    CHECK(plain <= MEASURED_TOKENS * (10 * MEASURED_HIDDEN + 4 + 2) * sizeof(float) + 256);
    CHECK(checkpointed <= MEASURED_TOKENS * (MEASURED_HIDDEN + 1) * sizeof(float) + 256);
    CHECK(measure(16, 15).scratch == measure(16, 0).scratch);
}

/* All of a layer but its output, which is H and an rstd; the last layer's is smaller. */
static void each_checkpointed_layer_saves_as_much(void)
{
    const size_t none = measure(16, 0).activations;
    const size_t saving = none - measure(16, 1).activations;

    CHECK(saving >= MEASURED_TOKENS * 9 * MEASURED_HIDDEN * sizeof(float));
    CHECK(none - measure(16, 14).activations == 14 * saving);
    CHECK(measure(16, 15).activations < measure(16, 14).activations);
}

static size_t bytes_of_inference(size_t tokens)
{
    const mpb_model_limits limits = {
        .max_tokens = tokens, .max_sequences = 16, .max_length = 64, .training = false};
    mpb_model_config config = tiny_config(MPB_BERT);
    mpb_model_sizes sizes;

    config.hidden_size = MEASURED_HIDDEN;
    config.intermediate_size = 4 * MEASURED_HIDDEN;
    CHECK_OK(mpb_model_measure(&config, &limits, 2, MPB_GEMM_F32, &sizes));
    CHECK(sizes.gradients == 0);
    return sizes.activations + sizes.scratch;
}

/* A layer's input, y1, one xhat (H each) and the widest array (4 H), whatever the layers; besides
 * log-sum-exps and rstd, 32 bytes at most of the plan's. */
static void inference_takes_seven_hidden_sizes_a_token(void)
{
    const size_t bytes = bytes_of_inference(2048) - bytes_of_inference(1024);

    CHECK(bytes <= 1024 * ((7 * MEASURED_HIDDEN + 4 + 1) * sizeof(float) + 32));
}

static void sequences_beyond_the_positions_are_refused(void)
{
    const mpb_model_config config = tiny_config(MPB_BERT);
    const mpb_team team = {.threads = 1};
    const mpb_model_limits limits = {
        .max_tokens = 512, .max_sequences = 4, .max_length = TINY_LENGTH + 3};
    mpb_model *model = NULL;

    CHECK_FAILS(
        mpb_model_create(&config, &limits, &team, MPB_ISA_PLAIN, (mpb_gemm_choice){0}, &model),
        MPB_ERR_CONFIG, "1 to 72 was expected");
    CHECK(model == NULL);
}

int main(void)
{
    number_of_threads_changes_no_bit(MPB_BERT);
    number_of_threads_changes_no_bit(MPB_DISTILBERT);
    instruction_set_changes_roundings_only(MPB_BERT);
    instruction_set_changes_roundings_only(MPB_DISTILBERT);
    sequences_one_by_one_add_up_to_the_batch(MPB_BERT);
    sequences_one_by_one_add_up_to_the_batch(MPB_DISTILBERT);
    a_new_sum_begins_at_zero(MPB_BERT);
    a_new_sum_begins_at_zero(MPB_DISTILBERT);
    model_without_training_memory_gives_the_same_logits(MPB_BERT);
    model_without_training_memory_gives_the_same_logits(MPB_DISTILBERT);
    each_draw_drops_something_else_and_the_same_again();
    packed_words_have_the_gradients_of_the_table(MPB_BERT, 1);
    packed_words_have_the_gradients_of_the_table(MPB_DISTILBERT, 1);
    packed_words_have_the_gradients_of_the_table(MPB_BERT, 3);
    gradients_reported_as_final_change_no_more();
    empty_batch_changes_nothing_and_reports();
    ranges_reported_hold_nothing_of_the_step_before(true, true);
    ranges_reported_hold_nothing_of_the_step_before(true, false);
    ranges_reported_hold_nothing_of_the_step_before(false, true);
    checkpointing_changes_no_bit(MPB_BERT);
    checkpointing_changes_no_bit(MPB_DISTILBERT);
    layer_keeps_what_the_design_says();
    each_checkpointed_layer_saves_as_much();
    inference_takes_seven_hidden_sizes_a_token();
    sequences_beyond_the_positions_are_refused();
    return 0;
}
