/* The table of task choice: the softmax goes over the choices of a question, its gradient is the
 * derivative of the loss, whose shares add up to what evaluation measures. */

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/task/task.h"

enum { QUESTIONS = 12, MOST_CHOICES = 5, MOST = QUESTIONS * MOST_CHOICES };

/* Questions of 2 to 5 choices, each of them a sequence, and an output for each. */
typedef struct exam {
    const mpb_task_table *task;
    mpb_dataset data;
    mpb_documents documents;
    float outputs[MOST]; /* (sequences) */
} exam;

static exam begin(void)
{
    const uint32_t tokens[] = {2, 3};
    exam e = {.task = mpb_task_find(MPB_TASK_CHOICE), .data.shape.labels = true};

    for (unsigned q = 0; q < QUESTIONS; q++) {
        const unsigned choices = 2 + q % (MOST_CHOICES - 1);

        for (unsigned j = 0; j < choices; j++) {
            e.outputs[e.data.num_sequences] = 2.0f * test_value(q, j);
            CHECK_OK(mpb_dataset_add(&e.data, &(mpb_sequence){.tokens = tokens,
                                                              .count = 2,
                                                              .segment_b = 2,
                                                              .document = q,
                                                              .chunk = j,
                                                              .label = (int32_t)(q * q % choices),
                                                              .id = "q"}));
        }
    }
    CHECK_OK(mpb_documents_find(&e.data, &e.documents));
    return e;
}

static void end(exam *e)
{
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
}

static mpb_loss_options smoothed_by(float smoothing)
{
    return (mpb_loss_options){
        .nn = mpb_nn_for(MPB_ISA_PLAIN), .num_labels = 1, .label_smoothing = smoothing};
}

static size_t choices_of(const exam *e, size_t question)
{
    return e->documents.first[question + 1] - e->documents.first[question];
}

/* `values` (choices of the question) become their gradient. */
static double score(const exam *e, float smoothing, size_t question, double total, float *values,
                    double sums[MPB_TASK_SUMS])
{
    const mpb_loss_options loss = smoothed_by(smoothing);
    const mpb_outputs of = {.data = &e->data,
                            .sequence = e->documents.first[question],
                            .num_rows = choices_of(e, question),
                            .width = 1,
                            .values = values};

    return e->task->score(&loss, &of, total, sums);
}

static void take_outputs(const exam *e, size_t question, float values[MOST_CHOICES])
{
    memcpy(values, e->outputs + e->documents.first[question],
           choices_of(e, question) * sizeof(*values));
}

/* The loss of a question of which one output is moved. */
static double moved(const exam *e, float smoothing, size_t question, size_t choice, float by)
{
    double sums[MPB_TASK_SUMS] = {0};
    float values[MOST_CHOICES];

    take_outputs(e, question, values);
    values[choice] += by;
    return score(e, smoothing, question, 3.0, values, sums);
}

/* A central difference over 2^-6 errs by a third derivative of less than 1 times 2^-12 / 6, and by
 * the exponentials of the loss, floats, of some 2^-23 by 2^-6: together below 1e-4. */
static void the_gradient_is_the_derivative_of_the_loss(float smoothing)
{
    const float step = 0x1p-6f;
    exam e = begin();

    for (size_t q = 0; q < QUESTIONS; q++) {
        double sums[MPB_TASK_SUMS] = {0};
        float gradient[MOST_CHOICES];

        take_outputs(&e, q, gradient);
        score(&e, smoothing, q, 3.0, gradient, sums);
        for (size_t j = 0; j < choices_of(&e, q); j++) {
            const double difference =
                moved(&e, smoothing, q, j, step) - moved(&e, smoothing, q, j, -step);

            CHECK_NEAR((double)gradient[j], difference / (2.0 * (double)step), 1e-4);
        }
    }
    end(&e);
}

static void a_question_weighs_1_however_many_choices_it_has(void)
{
    const mpb_loss_options loss = smoothed_by(0.0f);
    exam e = begin();

    for (size_t q = 0; q < QUESTIONS; q++) {
        double weight = 0.0;

        for (size_t i = e.documents.first[q]; i < e.documents.first[q + 1]; i++) {
            weight += e.task->weigh(&loss, &e.data, i);
        }
        CHECK(weight == 1.0);
    }
    end(&e);
}

/* Of these outputs. */
static mpb_measures measure(const exam *e, const float *outputs)
{
    const mpb_task_sequences sequences = {.task = e->task, .data = &e->data, .num_labels = 1};
    const mpb_keeping keeping = mpb_task_keeping(&sequences);
    mpb_measures measures = {0};
    mpb_task_results results;
    mpb_kept kept = {0};

    CHECK_OK(mpb_kept_create(&keeping, e->data.num_sequences, &kept));
    for (size_t i = 0; i < e->data.num_sequences; i++) {
        float value = outputs[i];
        const mpb_outputs of = {
            .data = &e->data, .sequence = i, .num_rows = 1, .width = 1, .values = &value};

        keeping.keep(keeping.context, &of, kept.bytes + kept.begins[i]);
    }
    mpb_task_merge(&sequences, &e->documents, MPB_POOL_MEAN, &kept);
    results = mpb_task_results_of(&sequences, &e->documents, &e->data.label_names, &kept);
    CHECK_OK(e->task->measure(&results, &measures));
    mpb_kept_clear(&kept);
    return measures;
}

/* Cross-entropies and accuracy written out in doubles, beside losses with exponentials of floats. */
static void shares_add_up_to_what_evaluation_measures(void)
{
    double sums[MPB_TASK_SUMS] = {0};
    mpb_measures measures;
    double trained = 0.0;
    double loss = 0.0;
    double hits = 0.0;
    exam e = begin();

    for (size_t q = 0; q < QUESTIONS; q++) {
        const size_t first = e.documents.first[q];
        const size_t right = first + (size_t)e.documents.labels[q];
        float values[MOST_CHOICES];
        size_t best = first;
        double sum = 0.0;

        for (size_t i = first; i < e.documents.first[q + 1]; i++) {
            sum += exp((double)e.outputs[i]);
            best = e.outputs[i] > e.outputs[best] ? i : best;
        }
        loss += (log(sum) - (double)e.outputs[right]) / QUESTIONS;
        hits += best == right ? 1.0 : 0.0;
        take_outputs(&e, q, values);
        trained += score(&e, 0.0f, q, QUESTIONS, values, sums);
    }
    measures = measure(&e, e.outputs);
    CHECK(measures.num_examples == QUESTIONS);
    CHECK_NEAR(measures.loss, loss, 1e-12);
    CHECK_NEAR(trained, loss, 1e-6);
    CHECK(hits > 0.0 && hits < QUESTIONS);
    CHECK_NEAR(measures.values[0], hits / QUESTIONS, 1e-15);
    CHECK_NEAR(e.task->running(sums, QUESTIONS), hits / QUESTIONS, 1e-15);
    end(&e);
}

/* Where all choices score the same, the loss is that of a guess: three questions each of 2, 3, 4 and 5
 * choices. */
static void choices_that_are_not_told_apart_are_alike(void)
{
    const double guess = log(2.0 * 3.0 * 4.0 * 5.0) / 4.0;
    float outputs[MOST];
    mpb_measures measures;
    exam e = begin();

    for (size_t i = 0; i < e.data.num_sequences; i++) {
        outputs[i] = 7.0f + 0.01f * test_value(5, (unsigned)i);
    }
    measures = measure(&e, outputs);
    CHECK(measures.sameness == 1.0);
    CHECK_NEAR(measures.guess_loss, guess, 1e-12);
    CHECK_NEAR(measures.loss, guess, 0.02); /* scores differ by 0.02 at most */
    for (size_t q = 0; q < 3; q++) {
        outputs[e.documents.first[q]] = 8.0f;
    }
    measures = measure(&e, outputs);
    CHECK_NEAR(measures.sameness, (QUESTIONS - 3.0) / QUESTIONS, 1e-15);
    end(&e);
}

int main(void)
{
    the_gradient_is_the_derivative_of_the_loss(0.0f);
    the_gradient_is_the_derivative_of_the_loss(0.1f);
    a_question_weighs_1_however_many_choices_it_has();
    shares_add_up_to_what_evaluation_measures();
    choices_that_are_not_told_apart_are_alike();
    return 0;
}
