/* Every head over a ragged batch of which some rows are chosen: derivatives and invariances. */

#include "mpibert/model/head.h"
#include "tiny.h"

/* A model with a head, and the rows that it may read. */
typedef struct subject {
    tiny t;
    mpb_model_config config;
    uint32_t rows[TINY_TOKENS];
    size_t row_offsets[TINY_SEQUENCES + 1];
} subject;

/* Nothing of the first sequence; the first row of one, neighbours, single ones. */
static void choose_rows(subject *s)
{
    size_t count = 0;

    s->row_offsets[1] = 0;
    s->rows[count++] = 1;
    s->rows[count++] = 32;
    s->row_offsets[2] = count;
    for (uint32_t i = 20; i < 60; i++) {
        s->rows[count++] = i;
    }
    s->row_offsets[3] = count;
    s->rows[count++] = 0;
    s->rows[count++] = 3;
    s->row_offsets[4] = count;
    s->rows[count++] = 31;
    s->row_offsets[5] = count;
    s->t.batch.rows = s->rows;
    s->t.batch.row_offsets = s->row_offsets;
}

static void subject_open_by(subject *s, mpb_family family, mpb_head_kind head, tiny_means means,
                            bool training, int checkpointed_layers)
{
    const mpb_model_limits limits = {.max_tokens = TINY_TOKENS,
                                     .max_sequences = TINY_SEQUENCES,
                                     .max_length = TINY_LENGTH,
                                     .training = training,
                                     .checkpointed_layers = checkpointed_layers};

    *s = (subject){.config = tiny_config(family)};
    s->config.head = head;
    s->config.span_dropout = family == MPB_BERT ? 0.0f : 0.25f;
    tiny_open_with(&s->t, &s->config, &limits, means);
    choose_rows(s);
}

static void subject_open(subject *s, mpb_family family, mpb_head_kind head, int threads)
{
    subject_open_by(s, family, head, tiny_best(threads), true, 0);
}

static void subject_close(subject *s)
{
    tiny_close(&s->t);
}

static size_t num_chosen(const mpb_batch *batch)
{
    const size_t *offsets = batch->row_offsets == NULL ? batch->offsets : batch->row_offsets;

    return offsets[batch->num_sequences];
}

/* Rows of K outputs; of pretraining, two numbers a sequence follow them. */
static size_t num_rows_of(const subject *s, const mpb_batch *batch)
{
    switch (s->config.head) {
    case MPB_HEAD_SEQUENCE:
    case MPB_HEAD_CHOICE:
    case MPB_HEAD_NEXT_SENTENCE:
        return batch->num_sequences;
    case MPB_HEAD_SPANS:
        return batch->offsets[batch->num_sequences];
    default:
        return num_chosen(batch);
    }
}

static size_t num_outputs(const subject *s, const mpb_batch *batch)
{
    const size_t more = s->config.head == MPB_HEAD_PRETRAINING ? 2 * batch->num_sequences : 0;

    return num_rows_of(s, batch) * (size_t)mpb_head_width(&s->config) + more;
}

/* Where a batch's outputs belong among those of all sequences; 0 for a batch of all. */
typedef struct exchange {
    const subject *s;
    size_t num_rows;         /* of the batch, without what follows */
    size_t at_rows, at_more; /* in outputs */
    float *outputs;
    bool graded;
} exchange;

static bool swap(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    const exchange *e = context;
    const bool more = first_row == e->num_rows;
    const size_t K = (size_t)mpb_head_width(&e->s->config);
    const size_t at = more ? e->at_more : e->at_rows + first_row * K;
    const size_t count = num_rows * (more ? 2 : K);

    CHECK(more || first_row + num_rows <= e->num_rows);
    memcpy(e->outputs + at, outputs, count * sizeof(*outputs));
    for (size_t i = 0; i < count && e->graded; i++) {
        outputs[i] = test_value(2, (unsigned)(at + i));
    }
    return e->graded;
}

static void forward(subject *s, const mpb_batch *batch, const mpb_dropout_draw *draw,
                    float *outputs, bool graded)
{
    const size_t R = num_rows_of(s, batch);
    exchange e = {.s = s, .num_rows = R, .outputs = outputs, .graded = graded};

    e.at_more = R * (size_t)mpb_head_width(&s->config);
    mpb_model_forward(s->t.model, batch, draw, swap, &e);
}

static void run(subject *s, float *outputs)
{
    mpb_model_zero_gradients(s->t.model);
    forward(s, &s->t.batch, &TINY_DRAW, outputs, true);
    mpb_model_backward(s->t.model, &s->t.batch, &TINY_DRAW, NULL, NULL);
}

static float *new_outputs(const subject *s)
{
    float *outputs = calloc(num_outputs(s, &s->t.batch), sizeof(*outputs));

    CHECK(outputs != NULL);
    return outputs;
}

typedef struct outcome {
    size_t num_outputs, size;
    float *outputs, *gradients;
} outcome;

static outcome compute(mpb_family family, mpb_head_kind head, tiny_means means, int layers)
{
    outcome made;
    subject s;

    subject_open_by(&s, family, head, means, true, layers);
    made.outputs = new_outputs(&s);
    made.num_outputs = num_outputs(&s, &s.t.batch);
    made.size = mpb_model_parameters(s.t.model)->size;
    run(&s, made.outputs);
    made.gradients = tiny_copy_gradients(&s.t);
    subject_close(&s);
    return made;
}

static void discard(outcome *of)
{
    free(of->outputs);
    free(of->gradients);
}

static void check_same(const outcome *got, const outcome *want)
{
    CHECK(memcmp(got->outputs, want->outputs, want->num_outputs * sizeof(float)) == 0);
    CHECK(memcmp(got->gradients, want->gradients, want->size * sizeof(float)) == 0);
}

static void check_close(const outcome *got, const outcome *want, double tolerance)
{
    tiny_check_close(want->num_outputs, got->outputs, want->outputs, tolerance);
    tiny_check_close(want->size, got->gradients, want->gradients, tolerance);
}

static void threads_and_checkpointed_layers_change_no_bit(mpb_family family, mpb_head_kind head,
                                                          mpb_gemm_choice products)
{
    const tiny_means one = {.threads = 1, .isa = mpb_isa_best(), .products = products};
    const tiny_means three = {.threads = 3, .isa = mpb_isa_best(), .products = products};
    outcome want = compute(family, head, one, 0);
    outcome many = compute(family, head, three, 0);
    outcome again = compute(family, head, three, TINY_LAYERS - 1);

    check_same(&many, &want);
    check_same(&again, &want);
    discard(&want);
    discard(&many);
    discard(&again);
}

/* As test_bf16 has it of sequences, 5 % for some 30 products of rounded factors; BERT alone, since
 * a ReLU near 0 switches. */
static void bf16_is_near_floats(mpb_head_kind head)
{
    const tiny_means narrow = {
        .threads = 2, .isa = mpb_isa_best(), .products = {.precision = MPB_GEMM_BF16}};
    outcome want = compute(MPB_BERT, head, tiny_best(1), 0);
    outcome got = compute(MPB_BERT, head, narrow, 0);

    check_close(&got, &want, 0.05);
    discard(&want);
    discard(&got);
}

/* As test_invariance has it of sequences. */
static void instruction_set_changes_roundings_only(mpb_family family, mpb_head_kind head)
{
    const tiny_means plain = {.threads = 1, .isa = MPB_ISA_PLAIN};
    outcome want = compute(family, head, plain, 0);
    outcome got = compute(family, head, tiny_best(1), 0);

    check_close(&got, &want, 3e-6);
    discard(&want);
    discard(&got);
}

static void model_without_training_memory_gives_the_same_outputs(mpb_family family,
                                                                 mpb_head_kind head)
{
    outcome want = compute(family, head, tiny_best(1), 0);
    float *outputs;
    subject s;

    subject_open_by(&s, family, head, tiny_best(2), false, 0);
    outputs = new_outputs(&s);
    forward(&s, &s.t.batch, &TINY_DRAW, outputs, false);
    CHECK(memcmp(outputs, want.outputs, want.num_outputs * sizeof(*outputs)) == 0);
    free(outputs);
    discard(&want);
    subject_close(&s);
}

/* sum_i c_i outputs_i with the cotangent that `swap` leaves. */
static double objective(subject *s, float *outputs)
{
    double sum = 0.0;

    forward(s, &s->t.batch, &TINY_DRAW, outputs, false);
    for (size_t i = 0; i < num_outputs(s, &s->t.batch); i++) {
        sum += (double)test_value(2, (unsigned)i) * (double)outputs[i];
    }
    return sum;
}

static double moved(subject *s, const float *kept, double length, float *outputs)
{
    float *weights = mpb_model_weights(s->t.model);

    for (size_t i = 0; i < mpb_model_parameters(s->t.model)->size; i++) {
        weights[i] = kept[i] + (float)(length * (double)test_value(31, (unsigned)i));
    }
    return objective(s, outputs);
}

/* All weights move at once, in a direction that has nothing to do with the gradient. As in
 * test_derivatives, ReLUs that switch on the way and rounding leave less than 0.5 %, of a slope
 * that is not small by chance. */
static void gradient_along_any_direction_is_the_slope(mpb_family family, mpb_head_kind head)
{
    /* the objective adds up all hidden rows, 1760 numbers, and so their rounding */
    const double length = head == MPB_HEAD_HIDDEN ? 1e-3 : 1e-4;
    double want = 0.0;
    double slope;
    size_t size;
    float *outputs;
    float *kept;
    subject s;

    subject_open(&s, family, head, 2);
    size = mpb_model_parameters(s.t.model)->size;
    outputs = new_outputs(&s);
    run(&s, outputs);
    kept = malloc(size * sizeof(*kept));
    CHECK(kept != NULL);
    memcpy(kept, mpb_model_weights(s.t.model), size * sizeof(*kept));
    for (size_t i = 0; i < size; i++) {
        want += (double)test_value(31, (unsigned)i) * (double)mpb_model_gradients(s.t.model)[i];
    }
    slope = (moved(&s, kept, length, outputs) - moved(&s, kept, -length, outputs)) / (2.0 * length);
    CHECK(fabs(want) > 1.0);
    CHECK_NEAR(slope, want, 0.005 * fabs(want));
    free(kept);
    free(outputs);
    subject_close(&s);
}

/* Sequence `i` as a batch of its own; `offsets` has room for two pairs. */
static mpb_batch alone(const subject *s, size_t i, size_t offsets[4])
{
    const mpb_batch *all = &s->t.batch;

    offsets[0] = offsets[2] = 0;
    offsets[1] = all->offsets[i + 1] - all->offsets[i];
    offsets[3] = all->row_offsets[i + 1] - all->row_offsets[i];
    return (mpb_batch){.num_sequences = 1,
                       .tokens = all->tokens + all->offsets[i],
                       .offsets = offsets,
                       .segment_b = all->segment_b + i,
                       .examples = all->examples + i,
                       .rows = all->rows + all->row_offsets[i],
                       .row_offsets = offsets + 2};
}

/* Also where a head has no row to read, in the first batch of the sum or in another. Sums in
 * another order differ by rounding. */
static void sequences_one_by_one_add_up_to_the_batch(mpb_family family, mpb_head_kind head,
                                                     bool backwards)
{
    outcome want = compute(family, head, tiny_best(2), 0);
    size_t rows = 0;
    exchange e = {.graded = true};
    subject s;

    subject_open(&s, family, head, 2);
    e.s = &s;
    e.outputs = new_outputs(&s);
    mpb_model_zero_gradients(s.t.model);
    for (size_t k = 0; k < TINY_SEQUENCES; k++) {
        const size_t i = backwards ? TINY_SEQUENCES - 1 - k : k;
        size_t offsets[4];
        const mpb_batch batch = alone(&s, i, offsets);
        const size_t K = (size_t)mpb_head_width(&s.config);
        mpb_batch before = s.t.batch;

        before.num_sequences = i;
        e.num_rows = num_rows_of(&s, &batch);
        e.at_rows = num_rows_of(&s, &before) * K;
        e.at_more = num_rows_of(&s, &s.t.batch) * K + 2 * i;
        mpb_model_forward(s.t.model, &batch, &TINY_DRAW, swap, &e);
        mpb_model_backward(s.t.model, &batch, &TINY_DRAW, NULL, NULL);
        rows += e.num_rows;
    }
    CHECK(rows == num_rows_of(&s, &s.t.batch));
    tiny_check_close(want.num_outputs, e.outputs, want.outputs, 1e-5);
    tiny_check_close(want.size, mpb_model_gradients(s.t.model), want.gradients, 1e-5);
    free(e.outputs);
    discard(&want);
    subject_close(&s);
}

/* Rows are computed as if the head read all of them, to the bit. */
static void chosen_rows_are_those_of_all(mpb_family family, mpb_head_kind head)
{
    subject s;
    float *some;
    float *all;
    size_t K;

    subject_open(&s, family, head, 2);
    K = (size_t)mpb_head_width(&s.config);
    some = new_outputs(&s);
    forward(&s, &s.t.batch, &TINY_DRAW, some, false);
    s.t.batch.rows = NULL;
    s.t.batch.row_offsets = NULL;
    all = new_outputs(&s);
    forward(&s, &s.t.batch, &TINY_DRAW, all, false);
    for (size_t i = 0; i < TINY_SEQUENCES; i++) {
        for (size_t r = s.row_offsets[i]; r < s.row_offsets[i + 1]; r++) {
            CHECK(memcmp(some + r * K, all + (s.t.offsets[i] + s.rows[r]) * K, K * sizeof(*all)) ==
                  0);
        }
    }
    free(some);
    free(all);
    subject_close(&s);
}

/* A decoder gives every word a gradient, wherever those of its owner lie. */
static void words_by_owners_have_the_gradients_of_the_table(mpb_head_kind head)
{
    outcome want = compute(MPB_BERT, head, tiny_best(2), 0);
    uint32_t words[50];
    mpb_word_rows rows = {.items = words, .owners = 3};
    float *outputs;
    size_t H;
    subject s;

    for (uint32_t owner = 0; owner < 3; owner++) {
        for (uint32_t word = owner; word < 50; word += 3) {
            words[rows.count++] = word;
        }
    }
    subject_open(&s, MPB_BERT, head, 2);
    H = (size_t)s.config.hidden_size;
    outputs = new_outputs(&s);
    mpb_model_use_words(s.t.model, &rows);
    run(&s, outputs);
    CHECK(mpb_model_gradients_begin(s.t.model) == 0);
    for (size_t k = 0; k < rows.count; k++) {
        CHECK(memcmp(mpb_model_gradients(s.t.model) + k * H, want.gradients + words[k] * H,
                     H * sizeof(float)) == 0);
    }
    CHECK(memcmp(mpb_model_gradients(s.t.model) + 50 * H, want.gradients + 50 * H,
                 (want.size - 50 * H) * sizeof(float)) == 0);
    free(outputs);
    discard(&want);
    subject_close(&s);
}

/* Rows of all sequences, more than the decoder holds at a time. */
enum { MANY = 10, MANY_ROWS = MANY * TINY_LENGTH };

typedef struct blocks {
    size_t next;
    int calls;
} blocks;

static bool note_block(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    blocks *b = context;

    CHECK(first_row == b->next && isfinite(outputs[0]));
    b->next += num_rows;
    b->calls++;
    return false;
}

static size_t bytes_for(mpb_head_kind head, size_t tokens, int vocab_size)
{
    const mpb_model_limits limits = {
        .max_tokens = tokens, .max_sequences = MANY, .max_length = TINY_LENGTH, .training = true};
    mpb_model_config config = tiny_config(MPB_BERT);
    mpb_model_sizes sizes;

    config.head = head;
    config.vocab_size = vocab_size;
    CHECK_OK(mpb_model_measure(&config, &limits, 2, MPB_GEMM_F32, &sizes));
    return sizes.scratch;
}

static void words_come_in_blocks_whose_memory_does_not_grow(void)
{
    const mpb_model_limits limits = {
        .max_tokens = MANY_ROWS, .max_sequences = MANY, .max_length = TINY_LENGTH};
    static uint32_t tokens[MANY_ROWS];
    size_t offsets[MANY + 1] = {0};
    uint32_t segment_b[MANY];
    uint64_t examples[MANY] = {0};
    const mpb_batch batch = {.num_sequences = MANY,
                             .tokens = tokens,
                             .offsets = offsets,
                             .segment_b = segment_b,
                             .examples = examples};
    blocks b = {0};
    mpb_model_config config = tiny_config(MPB_BERT);
    tiny t;

    config.head = MPB_HEAD_WORDS;
    for (size_t i = 0; i < MANY; i++) {
        offsets[i + 1] = offsets[i] + TINY_LENGTH;
        segment_b[i] = TINY_LENGTH;
    }
    tiny_open_with(&t, &config, &limits, tiny_best(2));
    mpb_model_forward(t.model, &batch, NULL, note_block, &b);
    CHECK(b.next == MANY_ROWS && b.calls == 2);
    tiny_close(&t);
    CHECK(bytes_for(MPB_HEAD_WORDS, 4096, 9000) - bytes_for(MPB_HEAD_WORDS, 4096, 5000) ==
          bytes_for(MPB_HEAD_WORDS, 2048, 9000) - bytes_for(MPB_HEAD_WORDS, 2048, 5000));
}

/* A rank may have no sequences in a step. */
static void empty_batch_adds_nothing(mpb_head_kind head)
{
    const mpb_batch empty = {0};
    outcome want = compute(MPB_BERT, head, tiny_best(2), 0);
    float *outputs;
    subject s;

    subject_open(&s, MPB_BERT, head, 2);
    outputs = new_outputs(&s);
    mpb_model_zero_gradients(s.t.model);
    mpb_model_forward(s.t.model, &empty, &TINY_DRAW, swap, NULL);
    mpb_model_backward(s.t.model, &empty, &TINY_DRAW, NULL, NULL);
    forward(&s, &s.t.batch, &TINY_DRAW, outputs, true);
    mpb_model_backward(s.t.model, &s.t.batch, &TINY_DRAW, NULL, NULL);
    CHECK(memcmp(mpb_model_gradients(s.t.model), want.gradients, want.size * sizeof(float)) == 0);
    free(outputs);
    discard(&want);
    subject_close(&s);
}

/* Whether a draw changes outputs where these are the only probabilities of dropout. */
static bool drops(mpb_family family, mpb_head_kind head, float classifier, float span)
{
    const mpb_model_limits limits = {
        .max_tokens = TINY_TOKENS, .max_sequences = TINY_SEQUENCES, .max_length = TINY_LENGTH};
    subject s = {.config = tiny_config(family)};
    float *with;
    float *without;
    bool same;

    s.config.head = head;
    s.config.hidden_dropout = s.config.attention_dropout = 0.0f;
    s.config.classifier_dropout = classifier;
    s.config.span_dropout = span;
    tiny_open_with(&s.t, &s.config, &limits, tiny_best(1));
    choose_rows(&s);
    with = new_outputs(&s);
    without = new_outputs(&s);
    forward(&s, &s.t.batch, &TINY_DRAW, with, false);
    forward(&s, &s.t.batch, NULL, without, false);
    same = memcmp(with, without, num_outputs(&s, &s.t.batch) * sizeof(*with)) == 0;
    free(with);
    free(without);
    subject_close(&s);
    return !same;
}

/* As the classes of transformers have it; DistilBERT's tokens drop with its hidden dropout. */
static void each_head_drops_with_its_own_probability(mpb_family family, mpb_head_kind head)
{
    const bool classifies = head == MPB_HEAD_SEQUENCE || head == MPB_HEAD_CHOICE ||
                            (head == MPB_HEAD_TOKENS && family == MPB_BERT);

    CHECK(drops(family, head, 0.5f, 0.0f) == classifies);
    CHECK(drops(family, head, 0.0f, 0.5f) == (head == MPB_HEAD_SPANS));
}

static bool reads_chosen_rows(mpb_head_kind head)
{
    return head == MPB_HEAD_TOKENS || head == MPB_HEAD_WORDS || head == MPB_HEAD_HIDDEN;
}

static void check_head(mpb_family family, mpb_head_kind head)
{
    static const mpb_gemm_choice floats = {0};
    static const mpb_gemm_choice bf16 = {.precision = MPB_GEMM_BF16};

    threads_and_checkpointed_layers_change_no_bit(family, head, floats);
    threads_and_checkpointed_layers_change_no_bit(family, head, bf16);
    instruction_set_changes_roundings_only(family, head);
    model_without_training_memory_gives_the_same_outputs(family, head);
    each_head_drops_with_its_own_probability(family, head);
    gradient_along_any_direction_is_the_slope(family, head);
    sequences_one_by_one_add_up_to_the_batch(family, head, false);
    sequences_one_by_one_add_up_to_the_batch(family, head, true);
    if (reads_chosen_rows(head)) {
        chosen_rows_are_those_of_all(family, head);
    }
}

int main(void)
{
    for (int head = 0; head < MPB_NUM_HEADS; head++) {
        check_head(MPB_BERT, (mpb_head_kind)head);
        bf16_is_near_floats((mpb_head_kind)head);
        empty_batch_adds_nothing((mpb_head_kind)head);
        if (!mpb_head_of((mpb_head_kind)head)->judges_next) {
            check_head(MPB_DISTILBERT, (mpb_head_kind)head);
        }
    }
    words_by_owners_have_the_gradients_of_the_table(MPB_HEAD_WORDS);
    words_by_owners_have_the_gradients_of_the_table(MPB_HEAD_PRETRAINING);
    words_come_in_blocks_whose_memory_does_not_grow();
    return 0;
}
