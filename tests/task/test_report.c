/* What `evaluate` tells of labels: scikit-learn's classification_report, and null where a figure is
 * undefined. */

#include "check.h"
#include "golden/eval/metrics_goldens.h"
#include "golden/eval/multilabel_goldens.h"
#include "mpibert/core/memory.h"
#include "mpibert/task/task.h"

/* Texts with targets, and what was kept of them. */
typedef struct exam {
    const mpb_task_table *task;
    int num_labels;
    mpb_dataset data;
    mpb_documents documents;
    mpb_kept kept;
} exam;

static void add_text(exam *e, size_t i, int32_t label, const float *values)
{
    const uint32_t tokens[] = {2, 3};
    char id[32];

    snprintf(id, sizeof(id), "t%zu", i);
    CHECK_OK(mpb_dataset_add(&e->data, &(mpb_sequence){.tokens = tokens,
                                                       .count = 2,
                                                       .segment_b = 2,
                                                       .document = i,
                                                       .label = label,
                                                       .values = values,
                                                       .id = id}));
}

/* Of classification with `labels`, otherwise of `values`, (count, num_labels). */
static exam begin(mpb_task task, size_t count, int num_labels, const float *logits,
                  const int32_t *labels, const float *values)
{
    exam e = {.task = mpb_task_find(task), .num_labels = num_labels};
    const mpb_task_sequences of = {.task = e.task, .data = &e.data, .num_labels = num_labels};
    const mpb_keeping keeping = mpb_task_keeping(&of);
    const size_t width = (size_t)num_labels;

    e.data.shape.labels = task == MPB_TASK_CLASSIFICATION;
    e.data.shape.value_width = e.data.shape.labels ? 0 : width;
    for (size_t i = 0; i < count; i++) {
        add_text(&e, i, labels == NULL ? 0 : labels[i], values == NULL ? NULL : values + i * width);
    }
    for (int j = 0; j < num_labels; j++) {
        CHECK_OK(mpb_strings_add(&e.data.label_names, (char[]){(char)('a' + j)}, 1));
    }
    CHECK_OK(mpb_documents_find(&e.data, &e.documents));
    CHECK_OK(mpb_kept_create(&keeping, count, &e.kept));
    if (count > 0) {
        memcpy(e.kept.bytes, logits, count * width * sizeof(*logits));
    }
    return e;
}

static void end(exam *e)
{
    mpb_kept_clear(&e->kept);
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
}

/* The report as a reader of its text gets it; any reader of JSON refuses a bare NaN. */
static mpb_json *report(const exam *e)
{
    mpb_json *made = mpb_json_new_object();
    mpb_json *read = NULL;
    mpb_buffer text = {0};

    CHECK_OK(e->task->report(&(mpb_task_results){.data = &e->data,
                                                 .documents = &e->documents,
                                                 .label_names = &e->data.label_names,
                                                 .num_labels = e->num_labels,
                                                 .kept = &e->kept},
                             made));
    CHECK_OK(mpb_json_write(made, 0, &text));
    CHECK_OK(mpb_json_parse(text.data, text.size, "report", &read));
    mpb_json_destroy(&made);
    mpb_buffer_clear(&text);
    return read;
}

/* Numbers are written so that they read back as the same; both sides compute in doubles. */
static void scores_equal(const mpb_json *object, const double *expected)
{
    static const char *const names[] = {"precision", "recall", "f1"};

    CHECK(object != NULL);
    for (size_t i = 0; i < 3; i++) {
        CHECK_NEAR(mpb_json_number(mpb_json_member(object, names[i])), expected[i], 1e-12);
    }
}

/* expected (num_labels, 4): precision, recall, F1, support */
static void labels_equal(const mpb_json *found, int num_labels, const double *expected)
{
    const mpb_json *labels = mpb_json_member(found, "labels");

    CHECK(labels != NULL && mpb_json_count(labels) == (size_t)num_labels);
    for (size_t j = 0; j < (size_t)num_labels; j++) {
        const mpb_json *label = mpb_json_item(labels, j);

        CHECK_TEXT(mpb_json_text(mpb_json_member(label, "label")), ((char[]){(char)('a' + j), 0}));
        scores_equal(label, expected + 4 * j);
        CHECK(mpb_json_integer(mpb_json_member(label, "support")) == (int64_t)expected[4 * j + 3]);
    }
}

static void average_equals(const mpb_json *found, const char *name, const double *expected)
{
    scores_equal(mpb_json_member(mpb_json_member(found, "averages"), name), expected);
}

static void classification_reports_what_scikit_learn_reports(void)
{
    for (size_t i = 0; i < sizeof(CLASSIFICATION_CASES) / sizeof(*CLASSIFICATION_CASES); i++) {
        exam e = begin(MPB_TASK_CLASSIFICATION, CLASSIFICATION_CASES[i].count,
                       CLASSIFICATION_CASES[i].num_labels, CLASSIFICATION_CASES[i].logits,
                       CLASSIFICATION_CASES[i].labels, NULL);
        mpb_json *found = report(&e);

        labels_equal(found, e.num_labels, CLASSIFICATION_CASES[i].report);
        average_equals(found, "macro", CLASSIFICATION_CASES[i].averages);
        average_equals(found, "weighted", CLASSIFICATION_CASES[i].averages + 3);
        CHECK_NEAR(mpb_json_number(mpb_json_member(found, "weighted_f1")),
                   CLASSIFICATION_CASES[i].expected[4], 1e-12);
        CHECK_NEAR(mpb_json_number(mpb_json_member(found, "calibration_error")),
                   CLASSIFICATION_CASES[i].expected[6], 1e-12);
        mpb_json_destroy(&found);
        end(&e);
    }
}

static void multilabel_reports_what_scikit_learn_reports(void)
{
    for (size_t i = 0; i < sizeof(MULTILABEL_CASES) / sizeof(*MULTILABEL_CASES); i++) {
        exam e = begin(MPB_TASK_MULTILABEL, MULTILABEL_CASES[i].num_examples,
                       MULTILABEL_CASES[i].num_labels, MULTILABEL_CASES[i].logits, NULL,
                       MULTILABEL_CASES[i].targets);
        mpb_json *found = report(&e);

        labels_equal(found, e.num_labels, MULTILABEL_CASES[i].labels);
        average_equals(found, "micro", MULTILABEL_CASES[i].expected + 2);
        average_equals(found, "macro", MULTILABEL_CASES[i].expected + 5);
        average_equals(found, "weighted", MULTILABEL_CASES[i].expected + 8);
        average_equals(found, "samples", MULTILABEL_CASES[i].expected + 11);
        CHECK_NEAR(mpb_json_number(mpb_json_member(found, "calibration_error")),
                   MULTILABEL_CASES[i].expected[14], 1e-12);
        mpb_json_destroy(&found);
        end(&e);
    }
}

static void without_examples_the_figures_are_null(void)
{
    static const mpb_task tasks[] = {MPB_TASK_CLASSIFICATION, MPB_TASK_MULTILABEL,
                                     MPB_TASK_REGRESSION};

    for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
        exam e = begin(tasks[i], 0, 2, NULL, NULL, NULL);
        mpb_json *found = report(&e);

        CHECK(mpb_json_integer(mpb_json_member(found, "examples")) == 0);
        CHECK(mpb_json_is_null(mpb_json_member(found, "loss")));
        for (size_t j = 0; j < e.task->num_metrics; j++) {
            CHECK(mpb_json_is_null(mpb_json_member(found, e.task->metrics[j].name)));
        }
        mpb_json_destroy(&found);
        end(&e);
    }
}

static void a_correlation_of_what_does_not_vary_is_null(void)
{
    const float outputs[] = {1.0f, 2.0f, 3.0f};
    const float scores[] = {0.5f, 0.5f, 0.5f};
    exam e = begin(MPB_TASK_REGRESSION, 3, 1, outputs, NULL, scores);
    mpb_json *found = report(&e);

    CHECK(mpb_json_is_null(mpb_json_member(found, "pearson")));
    CHECK(mpb_json_is_null(mpb_json_member(found, "spearman")));
    CHECK_NEAR(mpb_json_number(mpb_json_member(found, "mse")), 8.75 / 3.0, 1e-12); /* as above */
    mpb_json_destroy(&found);
    end(&e);
}

int main(void)
{
    classification_reports_what_scikit_learn_reports();
    multilabel_reports_what_scikit_learn_reports();
    without_examples_the_figures_are_null();
    a_correlation_of_what_does_not_vary_is_null();
    return 0;
}
