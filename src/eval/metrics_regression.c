#include "mpibert/eval/metrics_regression.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mpibert/core/memory.h"

/* A sum that also keeps what rounding takes from it (Kahan's), so that a million numbers lose no
 * more digits than ten. */
typedef struct total {
    double sum;
    double lost;
} total;

static void add(total *to, double value)
{
    const double more = value - to->lost;
    const double sum = to->sum + more;

    to->lost = isfinite(sum) ? sum - to->sum - more : 0.0;
    to->sum = sum;
}

static double mean_squared_error(size_t count, const double *predicted, const double *targets)
{
    total squares = {0};

    for (size_t i = 0; i < count; i++) {
        double difference = predicted[i] - targets[i];

        add(&squares, difference * difference);
    }
    return count > 0 ? squares.sum / (double)count : NAN;
}

static bool is_constant(size_t count, const double *values)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i] != values[0]) {
            return false;
        }
    }
    return true;
}

/* The mean of values, and the length of their deviations from it: those of floats have squares
 * that doubles hold. */
typedef struct spread {
    double mean;
    double length;
} spread;

static spread spread_of(size_t count, const double *values)
{
    total all = {0}, squares = {0};
    double mean;

    for (size_t i = 0; i < count; i++) {
        add(&all, values[i]);
    }
    mean = all.sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        add(&squares, (values[i] - mean) * (values[i] - mean));
    }
    return (spread){mean, sqrt(squares.sum)};
}

/* Pearson's r = sum of (x - mean x) / |x - mean x| (y - mean y) / |y - mean y|. */
static double correlation(size_t count, const double *x, const double *y)
{
    spread of_x, of_y;
    total products = {0};

    if (is_constant(count, x) || is_constant(count, y)) {
        return NAN;
    }
    of_x = spread_of(count, x);
    of_y = spread_of(count, y);
    for (size_t i = 0; i < count; i++) {
        add(&products, (x[i] - of_x.mean) / of_x.length * ((y[i] - of_y.mean) / of_y.length));
    }
    if (products.sum > 1.0) { /* by rounding */
        return 1.0;
    }
    return products.sum < -1.0 ? -1.0 : products.sum;
}

typedef struct placed_value {
    double value;
    size_t place;
} placed_value;

static int by_value(const void *a, const void *b)
{
    double first = ((const placed_value *)a)->value;
    double second = ((const placed_value *)b)->value;

    return (first > second) - (first < second);
}

/* Values become their ranks from 1; equal ones share the mean of theirs. `sorted` is scratch. */
static void rank(size_t count, double *values, placed_value *sorted)
{
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (placed_value){values[i], i};
    }
    qsort(sorted, count, sizeof(*sorted), by_value);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && sorted[next].value == sorted[first].value; next++) {
        }
        for (size_t i = first; i < next; i++) {
            values[sorted[i].place] = (double)(first + next + 1) / 2.0;
        }
    }
}

static bool has_nan(size_t count, const double *values)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            return true;
        }
    }
    return false;
}

/* Leaves ranks in x and y. */
static double rank_correlation(size_t count, double *x, double *y, placed_value *scratch)
{
    if (has_nan(count, x) || has_nan(count, y)) {
        return NAN;
    }
    rank(count, x, scratch);
    rank(count, y, scratch);
    return correlation(count, x, y);
}

static void measure(size_t count, double *predicted, double *targets, placed_value *scratch,
                    mpb_regression_metrics *metrics)
{
    metrics->num_values = count;
    metrics->mse = mean_squared_error(count, predicted, targets);
    metrics->pearson = correlation(count, predicted, targets);
    metrics->spearman = rank_correlation(count, predicted, targets, scratch);
}

mpb_status mpb_regression_metrics_compute(size_t num_values, const float *predicted,
                                          const float *targets, mpb_regression_metrics *metrics)
{
    double *values = NULL; /* predictions, then targets */
    placed_value *scratch = NULL;
    mpb_status status = mpb_memory_create(2 * num_values, sizeof(*values),
                                          "the numbers of the metrics", (void **)&values);

    if (status == MPB_OK) {
        status = mpb_memory_create(num_values, sizeof(*scratch), "the ranks of the metrics",
                                   (void **)&scratch);
    }
    if (status == MPB_OK) {
        for (size_t i = 0; i < num_values; i++) {
            values[i] = (double)predicted[i];
            values[num_values + i] = (double)targets[i];
        }
        measure(num_values, values, values + num_values, scratch, metrics);
    }
    mpb_memory_destroy(scratch);
    mpb_memory_destroy(values);
    return status;
}
