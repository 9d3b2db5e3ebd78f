#include "mpibert/measure/samples.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double mpb_samples_median(const double *values, size_t count)
{
    double sorted[MPB_MAX_SAMPLES];

    assert(count > 0 && count <= MPB_MAX_SAMPLES);
    memcpy(sorted, values, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), ascending);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0;
}

double mpb_samples_smallest(const double *values, size_t count)
{
    double smallest = values[0];

    for (size_t i = 1; i < count; i++) {
        smallest = values[i] < smallest ? values[i] : smallest;
    }
    return smallest;
}
