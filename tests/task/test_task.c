/* The tables of tasks that judge a text by one row of outputs: gradients are the derivatives of their
 * losses, whose shares add up to what evaluation measures; what training sums gives its metric. */

#include "mpibert/task/task.h"

#include "check.h"
#include "mpibert/core/memory.h"

enum { TEXTS = 40, MOST_LABELS = 4 };

/* Texts with targets, and outputs for them. */
typedef struct exam {
    const mpb_task_table *task;
    int num_labels;
    mpb_dataset data;
    mpb_documents documents;
    float outputs[TEXTS * MOST_LABELS]; /* (TEXTS, num_labels) */
    float weights[MOST_LABELS];
} exam;

static void add_text(exam *e, unsigned i)
{
    const uint32_t tokens[] = {2, 3};
    float values[MOST_LABELS];
    char id[16];

    for (unsigned j = 0; j < (unsigned)e->num_labels; j++) {
        const float value = test_value(i, 10 + j);

        values[j] = e->task->task == MPB_TASK_REGRESSION ? 3.0f * value
                    : value > 0.2f                       ? 1.0f
                                                         : 0.0f;
        e->outputs[i * (unsigned)e->num_labels + j] = 2.0f * test_value(i, 20 + j) + value;
    }
    snprintf(id, sizeof(id), "t%u", i);
    CHECK_OK(
        mpb_dataset_add(&e->data, &(mpb_sequence){.tokens = tokens,
                                                  .count = 2,
                                                  .segment_b = 2,
                                                  .document = i,
                                                  .label = (int32_t)(i * i % 3) % e->num_labels,
                                                  .values = values,
                                                  .id = id}));
}

static exam begin(mpb_task task, int num_labels)
{
    exam e = {.task = mpb_task_find(task), .num_labels = num_labels};

    e.data.shape.labels = mpb_task_data_of(task)->labels == MPB_LABELS_CLASS;
    e.data.shape.value_width = e.data.shape.labels ? 0 : (size_t)num_labels;
    for (unsigned i = 0; i < TEXTS; i++) {
        add_text(&e, i);
    }
    for (int j = 0; j < num_labels && task != MPB_TASK_REGRESSION; j++) {
        CHECK_OK(mpb_strings_add(&e.data.label_names, (char[]){(char)('a' + j)}, 1));
        e.weights[j] = 0.5f + 0.75f * (float)j;
    }
    CHECK_OK(mpb_documents_find(&e.data, &e.documents));
    return e;
}

static void end(exam *e)
{
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
}

static mpb_loss_options loss_of(const exam *e, bool weighted)
{
    return (mpb_loss_options){.nn = mpb_nn_for(MPB_ISA_PLAIN),
                              .num_labels = e->num_labels,
                              .label_smoothing = weighted && e->task->smooths_labels ? 0.1f : 0.0f,
                              .label_weights = weighted ? e->weights : NULL};
}

static mpb_outputs outputs_of(const exam *e, size_t i, float *row)
{
    return (mpb_outputs){
        .data = &e->data, .sequence = i, .num_rows = 1, .width = e->num_labels, .values = row};
}

static double score(const exam *e, const mpb_loss_options *loss, size_t i, double total, float *row,
                    double sums[MPB_TASK_SUMS])
{
    const mpb_outputs of = outputs_of(e, i, row);

    return e->task->score(loss, &of, total, sums);
}

static double total_of(const exam *e, const mpb_loss_options *loss)
{
    double total = 0.0;

    for (size_t i = 0; i < TEXTS; i++) {
        total += e->task->weigh(loss, &e->data, i);
    }
    return total;
}

static mpb_measures measure(const exam *e)
{
    mpb_kept kept = {0};
    const mpb_task_sequences sequences = {
        .task = e->task, .data = &e->data, .num_labels = e->num_labels};
    const mpb_keeping keeping = mpb_task_keeping(&sequences);
    mpb_measures measures = {0};

    CHECK_OK(mpb_kept_create(&keeping, TEXTS, &kept));
    for (size_t i = 0; i < TEXTS; i++) {
        float row[MOST_LABELS];
        mpb_outputs of;

        memcpy(row, e->outputs + i * (size_t)e->num_labels, (size_t)e->num_labels * sizeof(*row));
        of = outputs_of(e, i, row);
        keeping.keep(keeping.context, &of, kept.bytes + kept.begins[i]);
    }
    e->task->merge(&sequences, &e->documents, MPB_POOL_MEAN, &kept);
    CHECK_OK(e->task->measure(&(mpb_task_results){.data = &e->data,
                                                  .documents = &e->documents,
                                                  .label_names = &e->data.label_names,
                                                  .num_labels = e->num_labels,
                                                  .kept = &kept},
                              &measures));
    mpb_kept_clear(&kept);
    return measures;
}

/* Losses are doubles of float kernels: 1e-6. */
static void shares_of_the_loss_add_up_to_the_measured_one(mpb_task task, int num_labels)
{
    exam e = begin(task, num_labels);
    const mpb_loss_options loss = loss_of(&e, false);
    const mpb_measures measures = measure(&e);
    const double total = total_of(&e, &loss);
    double sums[MPB_TASK_SUMS] = {0};
    double sum = 0.0;

    for (size_t i = 0; i < TEXTS; i++) {
        float row[MOST_LABELS];

        memcpy(row, e.outputs + i * (size_t)num_labels, (size_t)num_labels * sizeof(*row));
        sum += score(&e, &loss, i, total, row, sums);
    }
    CHECK(measures.num_examples == TEXTS);
    CHECK_NEAR(sum, measures.loss, 1e-6);
    CHECK_NEAR(e.task->running(sums, TEXTS), measures.values[0], 1e-9);
    end(&e);
}

/* With label smoothing and weights where they mean something. A difference over 2^-8 of losses of
 * about 1, each right to 1e-7, and what the third derivative makes of it: 1e-4 of a gradient. */
static void gradients_are_derivatives_of_the_loss(mpb_task task, int num_labels)
{
    const float step = 0x1p-8f;
    exam e = begin(task, num_labels);
    const mpb_loss_options loss = loss_of(&e, task != MPB_TASK_REGRESSION);
    double sums[MPB_TASK_SUMS] = {0};

    for (size_t i = 0; i < TEXTS; i++) {
        const float *outputs = e.outputs + i * (size_t)num_labels;
        float gradient[MOST_LABELS];

        memcpy(gradient, outputs, (size_t)num_labels * sizeof(*gradient));
        score(&e, &loss, i, 2.0, gradient, sums);
        for (int j = 0; j < num_labels; j++) {
            double losses[2];

            for (int side = 0; side < 2; side++) {
                float moved[MOST_LABELS];

                memcpy(moved, outputs, (size_t)num_labels * sizeof(*moved));
                moved[j] += side == 0 ? -step : step;
                losses[side] = score(&e, &loss, i, 2.0, moved, sums);
            }
            CHECK_NEAR((double)gradient[j], (losses[1] - losses[0]) / (2.0 * (double)step), 1e-4);
        }
    }
    end(&e);
}

/* BCEWithLogitsLoss's pos_weight as its documentation has it: negatives / positives. */
static void positive_weights_balance_texts_with_and_without_a_label(void)
{
    exam e = begin(MPB_TASK_MULTILABEL, 3);
    size_t counts[3] = {0};
    float weights[3];

    e.task->balance(&e.data, counts, weights);
    for (size_t j = 0; j < 3; j++) {
        double with = 0.0;

        for (size_t i = 0; i < TEXTS; i++) {
            with += (double)e.data.values[3 * i + j];
        }
        CHECK(with > 0.0);
        CHECK((double)counts[j] == with);
        CHECK_NEAR((double)weights[j], (TEXTS - with) / with, 1e-6);
    }
    end(&e);
}

static void metrics_are_found_by_their_names(void)
{
    const mpb_task_table *task = mpb_task_find(MPB_TASK_REGRESSION);
    const mpb_measures measures = {.loss = 2.0, .values = {0.5, 0.25, 3.0}};
    const mpb_task_metric *mse = mpb_task_metric_find(task, "eval_mse");

    CHECK(mpb_task_metric_find(task, NULL) == &task->metrics[0]);
    CHECK(mpb_task_metric_find(task, "pearson") == &task->metrics[0]);
    CHECK(mpb_task_metric_find(task, "accuracy") == NULL);
    CHECK(mpb_task_metric_score(task, &task->metrics[1], &measures) == 0.25);
    CHECK(mpb_task_metric_score(task, mse, &measures) == -3.0);
    CHECK(mpb_task_metric_score(task, mpb_task_metric_find(task, "loss"), &measures) == -2.0);
}

/* Constant outputs have no correlation with anything. */
static void an_undefined_metric_is_worse_than_any_other(void)
{
    exam e = begin(MPB_TASK_REGRESSION, 1);
    mpb_measures measures;

    for (size_t i = 0; i < TEXTS; i++) {
        e.outputs[i] = 1.0f;
    }
    measures = measure(&e);
    CHECK(isnan(measures.values[0]) && isfinite(measures.loss));
    CHECK(mpb_task_metric_score(e.task, &e.task->metrics[0], &measures) == MPB_WORST_SCORE);
    measures.loss = INFINITY;
    CHECK(mpb_task_metric_score(e.task, mpb_task_metric_find(e.task, "loss"), &measures) ==
          MPB_WORST_SCORE);
    CHECK(isfinite(MPB_WORST_SCORE)); /* as checkpoints want it */
    end(&e);
}

static void tasks_that_do_not_exist_have_no_table(void)
{
    CHECK(mpb_task_find(MPB_TASK_AUTO) == NULL);
    for (int problem = MPB_SINGLE_LABEL; problem <= MPB_REGRESSION; problem++) {
        const mpb_model_config config = {.problem = (mpb_problem)problem};

        CHECK(mpb_task_of_model(&config)->problem == config.problem);
    }
}

int main(void)
{
    static const struct {
        mpb_task task;
        int num_labels;
    } cases[] = {{MPB_TASK_CLASSIFICATION, 3},
                 {MPB_TASK_COHERENCE, 2},
                 {MPB_TASK_MULTILABEL, 4},
                 {MPB_TASK_REGRESSION, 1}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        shares_of_the_loss_add_up_to_the_measured_one(cases[i].task, cases[i].num_labels);
        gradients_are_derivatives_of_the_loss(cases[i].task, cases[i].num_labels);
    }
    gradients_are_derivatives_of_the_loss(MPB_TASK_REGRESSION, 3);
    positive_weights_balance_texts_with_and_without_a_label();
    metrics_are_found_by_their_names();
    an_undefined_metric_is_worse_than_any_other();
    tasks_that_do_not_exist_have_no_table();
    return 0;
}
