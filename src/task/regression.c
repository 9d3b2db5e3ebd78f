/* Scores: mean squared error, correlations. */

#include <math.h>

#include "imitate.h"
#include "label_lines.h"
#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_regression.h"
#include "one_row.h"
#include "tasks.h"

enum { PEARSON, SPEARMAN, MSE, NUM_METRICS };
enum { SUM_X, SUM_Y, SUM_XX, SUM_YY, SUM_XY };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [PEARSON] = {.name = "pearson", .title = "Pearson"},
    [SPEARMAN] = {.name = "spearman", .title = "Spearman"},
    [MSE] = {.name = "mse", .title = "MSE", .smaller_is_better = true},
};

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    char id[MPB_DATASET_ID];

    MPB_TRY(one_row_check_values(data, training, "scores", where));
    for (size_t i = 0; i < data->num_sequences * data->shape.value_width; i++) {
        MPB_REQUIRE(isfinite(data->values[i]), MPB_ERR_DATA,
                    "a score is %g, a finite number was expected (%s, example %.200s)",
                    (double)data->values[i], where,
                    mpb_dataset_id(data, i / data->shape.value_width, id));
    }
    return MPB_OK;
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    const size_t width = data->shape.value_width;
    const size_t count = data->num_sequences * width;
    float least = INFINITY;
    float largest = -INFINITY;

    (void)documents;
    for (size_t i = 0; i < count; i++) {
        least = fminf(least, data->values[i]);
        largest = fmaxf(largest, data->values[i]);
    }
    if (width > 1) {
        MPB_TRY(mpb_buffer_append_format(out, "%zu ", width));
    }
    return mpb_buffer_append_format(out, "scores from %g to %g", (double)least, (double)largest);
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const int K = loss->num_labels;
    const float *targets = of->data->values + of->sequence * (size_t)K;
    const float weight = (float)(1.0 / total);
    const double x = (double)of->values[0];
    const double y = (double)targets[0];

    sums[SUM_X] += x;
    sums[SUM_Y] += y;
    sums[SUM_XX] += x * x;
    sums[SUM_YY] += y * y;
    sums[SUM_XY] += x * y;
    return (double)weight *
           loss->nn->loss.squared_error(K, targets, weight, of->values, of->values);
}

/* Of the first score. */
static double running_pearson(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    const double n = (double)num_examples;
    const double spread = (n * sums[SUM_XX] - sums[SUM_X] * sums[SUM_X]) *
                          (n * sums[SUM_YY] - sums[SUM_Y] * sums[SUM_Y]);

    return spread > 0.0 ? (n * sums[SUM_XY] - sums[SUM_X] * sums[SUM_Y]) / sqrt(spread)
                        : (double)NAN;
}

/* column (documents) = those of score j. */
static void take_column(const mpb_task_results *results, const float *from, size_t stride,
                        float *column)
{
    for (size_t d = 0; d < results->documents->count; d++) {
        column[d] = from[d * stride];
    }
}

/* metrics (K) of each score; columns (2, documents) is scratch. */
static mpb_status compute_columns(const mpb_task_results *results, const float *targets,
                                  float *columns, mpb_regression_metrics *metrics)
{
    const size_t count = results->documents->count;
    const size_t K = (size_t)results->num_labels;

    for (size_t j = 0; j < K; j++) {
        take_column(results, one_row_outputs(results) + j, K, columns);
        take_column(results, targets + j, K, columns + count);
        MPB_TRY(mpb_regression_metrics_compute(count, columns, columns + count, &metrics[j]));
    }
    return MPB_OK;
}

static mpb_status compute_with(const mpb_task_results *results, const float *targets,
                               mpb_regression_metrics *metrics)
{
    float *columns;
    mpb_status status;

    MPB_TRY(mpb_memory_create(2 * results->documents->count, sizeof(*columns), "a column of scores",
                              (void **)&columns));
    status = compute_columns(results, targets, columns, metrics);
    mpb_memory_destroy(columns);
    return status;
}

/* *metrics (K) = those of each score, owned by the caller (mpb_memory_destroy). */
static mpb_status compute(const mpb_task_results *results, mpb_regression_metrics **metrics)
{
    mpb_regression_metrics *made;
    float *targets;
    mpb_status status;

    MPB_TRY(mpb_memory_create((size_t)results->num_labels, sizeof(*made), "metrics of scores",
                              (void **)&made));
    status = one_row_values(results, &targets);
    if (status == MPB_OK) {
        status = compute_with(results, targets, made);
        mpb_memory_destroy(targets);
    }
    if (status != MPB_OK) {
        mpb_memory_destroy(made);
        return status;
    }
    *metrics = made;
    return MPB_OK;
}

/* Means over the scores. */
static mpb_measures measures_of(const mpb_task_results *results,
                                const mpb_regression_metrics *metrics)
{
    const double K = (double)results->num_labels;
    mpb_measures measures = {.num_examples = (int64_t)results->documents->count};

    for (int j = 0; j < results->num_labels; j++) {
        measures.loss += metrics[j].mse / K;
        measures.values[PEARSON] += metrics[j].pearson / K;
        measures.values[SPEARMAN] += metrics[j].spearman / K;
    }
    measures.values[MSE] = measures.loss;
    return measures;
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    mpb_regression_metrics *metrics;

    MPB_TRY(compute(results, &metrics));
    *measures = measures_of(results, metrics);
    mpb_memory_destroy(metrics);
    return MPB_OK;
}

static mpb_status add_score(const char *name, const mpb_regression_metrics *metrics, mpb_json *list)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, entry));
    MPB_TRY(mpb_json_set(entry, "label", mpb_json_new_text(name)));
    MPB_TRY(mpb_json_set(entry, "mse", mpb_json_new_number(metrics->mse)));
    MPB_TRY(mpb_json_set(entry, "pearson", mpb_json_new_number(metrics->pearson)));
    return mpb_json_set(entry, "spearman", mpb_json_new_number(metrics->spearman));
}

/* "scores": [{"label": "clarity", "mse": ..., "pearson": ..., "spearman": ...}, ...] */
static mpb_status add_scores(const mpb_task_results *results, const mpb_regression_metrics *metrics,
                             mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "scores", list));
    for (int j = 0; j < results->num_labels; j++) {
        MPB_TRY(add_score(results->label_names->items[j], &metrics[j], list));
    }
    return MPB_OK;
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    mpb_regression_metrics *metrics;
    mpb_measures measures;
    mpb_status status;

    MPB_TRY(compute(results, &metrics));
    measures = measures_of(results, metrics);
    status = task_report_measures(&task_regression, &measures, object);
    if (status == MPB_OK && results->num_labels > 1) {
        status = add_scores(results, metrics, object);
    }
    mpb_memory_destroy(metrics);
    return status;
}

static void take_as_scores(const float *outputs, size_t count, double *scores)
{
    for (size_t j = 0; j < count; j++) {
        scores[j] = (double)outputs[j];
    }
}

static const label_form *form_of(int num_labels)
{
    static const label_form ONE_SCORE = {.score = take_as_scores};
    static const label_form SCORES = {.score = take_as_scores, .scores = true};

    return num_labels == 1 ? &ONE_SCORE : &SCORES;
}

const mpb_task_table task_regression = {
    .task = MPB_TASK_REGRESSION,
    .head = MPB_HEAD_SEQUENCE,
    .problem = MPB_REGRESSION,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .check = check,
    .num_outputs = one_row_value_width,
    .summarise = summarise,
    .weigh = one_row_weigh,
    .score = score,
    .imitate = imitate_scores,
    .running = running_pearson,
    .kept_size = one_row_size,
    .condense = one_row_condense,
    .merge = one_row_merge,
    .measure = measure,
    .report = report,
    .describe = label_lines_describe,
    .name_columns = label_lines_name_columns,
    .fill_columns = label_lines_fill_columns,
    .form = form_of,
};
