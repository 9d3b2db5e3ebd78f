/* Tasks of masked words: gradients are the derivatives of their losses, shares of a step add up to the
 * means that are measured, whatever parts a sequence's rows come in. */

#include "mpibert/task/task.h"
#include "tiny_vocabulary.h"

enum { SEQUENCES = 12, LENGTH = 30, PAIR = 2, V = TINY_SIZE };

/* Sequences with outputs for each token that is masked, and for each as a pair. */
typedef struct exam {
    const mpb_task_table *task;
    mpb_tokenizer *tokenizer;
    mpb_masking *masking;
    mpb_dataset data;
    mpb_documents documents;
    uint32_t rows[SEQUENCES][LENGTH];
    size_t num_rows[SEQUENCES];
    float words[SEQUENCES][LENGTH * V];
    float pairs[SEQUENCES][PAIR];
} exam;

static mpb_task_draw draw_of(const exam *e)
{
    return (mpb_task_draw){e->masking, 4};
}

static void add_sequence(exam *e, unsigned s)
{
    const unsigned length = s == 5 ? 2 : LENGTH - s; /* nothing to mask in the sixth */
    uint32_t tokens[LENGTH];
    char id[16];

    for (unsigned i = 0; i < length; i++) {
        tokens[i] = TINY_W0 + (7 * i + s) % TINY_NUM_WORDS;
    }
    tokens[0] = TINY_CLS;
    tokens[length - 1] = TINY_SEP;
    snprintf(id, sizeof(id), "s%u", s);
    CHECK_OK(mpb_dataset_add(&e->data, &(mpb_sequence){.tokens = tokens,
                                                       .count = length,
                                                       .segment_b = length,
                                                       .document = s / 2,
                                                       .chunk = s % 2,
                                                       .label = (int32_t)(s % 3 == 0),
                                                       .id = id}));
}

static void choose_rows(exam *e, size_t s)
{
    const mpb_task_draw draw = draw_of(e);
    uint32_t tokens[LENGTH];
    const size_t length = (size_t)(e->data.offsets[s + 1] - e->data.offsets[s]);

    memcpy(tokens, e->data.tokens + e->data.offsets[s], length * sizeof(*tokens));
    e->num_rows[s] = e->task->choose(&draw, &e->data, s, tokens, e->rows[s]);
}

static exam *begin(mpb_task task)
{
    const mpb_masking_options options = {0.3, false, 7};
    exam *e = calloc(1, sizeof(*e));

    CHECK(e != NULL);
    e->task = mpb_task_find(task);
    tiny_tokenizer(&e->tokenizer);
    CHECK_OK(mpb_masking_create(e->tokenizer, &options, &e->masking));
    e->data.shape.labels = task == MPB_TASK_PRETRAINING;
    for (unsigned s = 0; s < SEQUENCES; s++) {
        add_sequence(e, s);
        for (unsigned j = 0; j < LENGTH * V; j++) {
            e->words[s][j] = 2.0f * test_value(j, 10 + s);
        }
        for (unsigned j = 0; j < PAIR; j++) {
            e->pairs[s][j] = 2.0f * test_value(j, 50 + s);
        }
        choose_rows(e, s);
    }
    CHECK(e->num_rows[5] == 0 && e->num_rows[0] > 2);
    CHECK_OK(mpb_documents_find(&e->data, &e->documents));
    return e;
}

static void end(exam *e)
{
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
    mpb_masking_destroy(&e->masking);
    mpb_tokenizer_destroy(&e->tokenizer);
    free(e);
}

static mpb_loss_options loss_of(const exam *e)
{
    return (mpb_loss_options){
        .nn = mpb_nn_for(MPB_ISA_PLAIN), .draw = draw_of(e), .num_sequences = SEQUENCES};
}

static double total_of(const exam *e, const mpb_loss_options *loss)
{
    double total = 0.0;

    for (size_t s = 0; s < SEQUENCES; s++) {
        total += e->task->weigh(loss, &e->data, s);
    }
    return total;
}

static mpb_outputs rows_of(const exam *e, size_t s, size_t first, size_t count, float *values)
{
    return (mpb_outputs){.data = &e->data,
                         .sequence = s,
                         .positions = e->rows[s] + first,
                         .num_rows = count,
                         .width = V,
                         .values = values};
}

static mpb_outputs pair_of(const exam *e, size_t s, float *values)
{
    return (mpb_outputs){
        .data = &e->data, .sequence = s, .num_rows = 1, .width = PAIR, .values = values};
}

static bool has_pairs(const exam *e)
{
    return e->data.labels != NULL;
}

static double score(const exam *e, const mpb_loss_options *loss, const mpb_outputs *of,
                    double sums[MPB_TASK_SUMS])
{
    return e->task->score(loss, of, total_of(e, loss), sums);
}

/* What is kept of all sequences, whose rows come `part` at a time. */
static mpb_measures measure(exam *e, size_t part)
{
    const mpb_task_sequences sequences = {
        .task = e->task, .nn = mpb_nn_for(MPB_ISA_PLAIN), .data = &e->data, .draw = draw_of(e)};
    const mpb_keeping keeping = mpb_task_keeping(&sequences);
    mpb_measures measures = {0};
    mpb_kept kept = {0};

    CHECK_OK(mpb_kept_create(&keeping, SEQUENCES, &kept));
    for (size_t s = 0; s < SEQUENCES; s++) {
        for (size_t first = 0; first < e->num_rows[s]; first += part) {
            const size_t left = e->num_rows[s] - first;
            const mpb_outputs of =
                rows_of(e, s, first, left < part ? left : part, e->words[s] + first * V);

            keeping.keep(keeping.context, &of, kept.bytes + kept.begins[s]);
        }
        if (has_pairs(e)) {
            const mpb_outputs of = pair_of(e, s, e->pairs[s]);

            keeping.keep(keeping.context, &of, kept.bytes + kept.begins[s]);
        }
    }
    mpb_task_merge(&sequences, &e->documents, MPB_POOL_MEAN, &kept);
    CHECK_OK(e->task->measure(&(mpb_task_results){.data = &e->data,
                                                  .documents = &e->documents,
                                                  .label_names = &e->data.label_names,
                                                  .kept = &kept},
                              &measures));
    mpb_kept_clear(&kept);
    return measures;
}

/* As many as `choose` lists, all sequences together. */
static void the_divisor_is_the_number_of_masked_words(mpb_task task)
{
    exam *e = begin(task);
    const mpb_loss_options loss = loss_of(e);
    double count = 0.0;

    for (size_t s = 0; s < SEQUENCES; s++) {
        count += (double)e->num_rows[s];
    }
    CHECK(total_of(e, &loss) == count);
    end(e);
}

/* -log softmax in doubles. */
static double true_loss(const float *row, int width, int label)
{
    double sum = 0.0;

    for (int j = 0; j < width; j++) {
        sum += exp((double)row[j]);
    }
    return log(sum) - (double)row[label];
}

/* BertForPreTraining's loss: the mean over masked words and that over pairs. Float kernels: 1e-6. */
static void shares_of_the_loss_add_up_to_the_sum_of_means(mpb_task task)
{
    exam *e = begin(task);
    const mpb_loss_options loss = loss_of(e);
    const mpb_measures measures = measure(e, LENGTH);
    double sums[MPB_TASK_SUMS] = {0};
    double words = 0.0;
    double pairs = 0.0;
    double sum = 0.0;

    for (size_t s = 0; s < SEQUENCES; s++) {
        float rows[LENGTH * V];
        float pair[PAIR];
        const mpb_outputs of = rows_of(e, s, 0, e->num_rows[s], rows);
        const mpb_outputs whole = pair_of(e, s, pair);

        memcpy(rows, e->words[s], sizeof(rows));
        memcpy(pair, e->pairs[s], sizeof(pair));
        for (size_t r = 0; r < e->num_rows[s]; r++) {
            words +=
                true_loss(rows + r * V, V, (int)e->data.tokens[e->data.offsets[s] + e->rows[s][r]]);
        }
        sum += e->num_rows[s] > 0 ? score(e, &loss, &of, sums) : 0.0;
        if (has_pairs(e)) {
            pairs += true_loss(pair, PAIR, e->data.labels[s]);
            sum += score(e, &loss, &whole, sums);
        }
    }
    CHECK_NEAR(sum, words / total_of(e, &loss) + pairs / SEQUENCES, 1e-6);
    CHECK_NEAR(measures.loss, sum, 1e-6);
    CHECK_NEAR(measures.values[0], exp(words / total_of(e, &loss)), 1e-5 * measures.values[0]);
    CHECK_NEAR(e->task->running(sums, SEQUENCES), measures.values[0], 1e-6 * measures.values[0]);
    CHECK(measures.num_examples == SEQUENCES / 2);
    end(e);
}

/* A difference over 2^-8 of losses of about 1, each right to 1e-7: 1e-4 of a gradient. */
static void check_gradient(const exam *e, const mpb_outputs *of, const float *values)
{
    const float step = 0x1p-8f;
    const mpb_loss_options loss = loss_of(e);
    const size_t count = of->num_rows * (size_t)of->width;
    double sums[MPB_TASK_SUMS] = {0};
    float *gradient = calloc(count, sizeof(*gradient));

    CHECK(gradient != NULL);
    memcpy(of->values, values, count * sizeof(*values));
    score(e, &loss, of, sums);
    memcpy(gradient, of->values, count * sizeof(*values));
    for (size_t j = 0; j < count; j += 5) {
        double losses[2];

        for (int side = 0; side < 2; side++) {
            memcpy(of->values, values, count * sizeof(*values));
            of->values[j] += side == 0 ? -step : step;
            losses[side] = score(e, &loss, of, sums);
        }
        CHECK_NEAR((double)gradient[j], (losses[1] - losses[0]) / (2.0 * (double)step), 1e-4);
    }
    free(gradient);
}

static void gradients_are_derivatives_of_the_loss(mpb_task task)
{
    exam *e = begin(task);
    float values[LENGTH * V];

    for (size_t s = 0; s < 3; s++) {
        const mpb_outputs words = rows_of(e, s, 0, e->num_rows[s], values);
        const mpb_outputs pair = pair_of(e, s, values);

        check_gradient(e, &words, e->words[s]);
        if (has_pairs(e)) {
            check_gradient(e, &pair, e->pairs[s]);
        }
    }
    end(e);
}

static void parts_of_a_sequence_make_no_difference(mpb_task task)
{
    exam *e = begin(task);
    const mpb_measures whole = measure(e, LENGTH);

    for (size_t part = 1; part < 4; part++) {
        const mpb_measures parted = measure(e, part);

        CHECK(memcmp(&parted, &whole, sizeof(whole)) == 0);
    }
    end(e);
}

static void accuracies_are_shares_of_words_and_pairs(void)
{
    exam *e = begin(MPB_TASK_PRETRAINING);
    double words = 0.0;
    double right = 0.0;

    for (size_t s = 0; s < SEQUENCES; s++) {
        for (size_t r = 0; r < e->num_rows[s]; r++) {
            const uint32_t word = e->data.tokens[e->data.offsets[s] + e->rows[s][r]];

            if (r % 2 == 0) {
                e->words[s][r * V + word] = 9.0f;
                right += 1.0;
            } else {
                e->words[s][r * V + (word + 1) % V] = 9.0f;
            }
            words += 1.0;
        }
        e->pairs[s][e->data.labels[s]] = s < 3 ? 9.0f : -9.0f;
    }
    CHECK_NEAR(measure(e, LENGTH).values[1], right / words, 1e-12);
    CHECK_NEAR(measure(e, LENGTH).values[2], 3.0 / SEQUENCES, 1e-12);
    end(e);
}

static void without_masked_words_perplexity_is_unknown(void)
{
    exam *e = begin(MPB_TASK_MLM);
    const double none[MPB_TASK_SUMS] = {0};
    mpb_measures measures;

    memset(e->num_rows, 0, sizeof(e->num_rows));
    measures = measure(e, LENGTH);
    CHECK(isnan(measures.loss) && isnan(measures.values[0]) && isnan(measures.values[1]));
    CHECK(isnan(e->task->running(none, 3)));
    end(e);
}

int main(void)
{
    static const mpb_task TASKS[] = {MPB_TASK_MLM, MPB_TASK_PRETRAINING};

    for (size_t i = 0; i < sizeof(TASKS) / sizeof(TASKS[0]); i++) {
        the_divisor_is_the_number_of_masked_words(TASKS[i]);
        shares_of_the_loss_add_up_to_the_sum_of_means(TASKS[i]);
        gradients_are_derivatives_of_the_loss(TASKS[i]);
        parts_of_a_sequence_make_no_difference(TASKS[i]);
    }
    accuracies_are_shares_of_words_and_pairs();
    without_masked_words_perplexity_is_unknown();
    return 0;
}
