#include "mpibert/vectors/similarity.h"

#include <math.h>

#include "mpibert/core/memory.h"

static double dot(size_t width, const float *a, const float *b)
{
    double sum = 0.0;

    for (size_t j = 0; j < width; j++) {
        sum += (double)a[j] * (double)b[j];
    }
    return sum;
}

/* 0 where a vector is 0. */
static double cosine(double product, double norm_a, double norm_b)
{
    return norm_a > 0.0 && norm_b > 0.0 ? product / (norm_a * norm_b) : 0.0;
}

mpb_status mpb_cosines(size_t count, size_t width, const float *rows, double *matrix)
{
    double *norms = NULL;

    MPB_TRY(mpb_memory_create(count, sizeof(*norms), "norms of vectors", (void **)&norms));
    for (size_t i = 0; i < count; i++) {
        norms[i] = sqrt(dot(width, rows + i * width, rows + i * width));
        matrix[i * count + i] = norms[i] > 0.0 ? 1.0 : 0.0;
        for (size_t k = 0; k < i; k++) {
            const double product = dot(width, rows + i * width, rows + k * width);

            matrix[i * count + k] = cosine(product, norms[i], norms[k]);
            matrix[k * count + i] = matrix[i * count + k];
        }
    }
    mpb_memory_destroy(norms);
    return MPB_OK;
}

/* The first `num` are in order; the row stands behind those that are as near. */
static size_t insert(mpb_neighbour candidate, size_t top, mpb_neighbour *found, size_t num)
{
    size_t at = num < top ? num : top - 1;

    if (num == top && candidate.similarity <= found[at].similarity) {
        return num;
    }
    for (; at > 0 && candidate.similarity > found[at - 1].similarity; at--) {
        found[at] = found[at - 1];
    }
    found[at] = candidate;
    return num < top ? num + 1 : num;
}

mpb_status mpb_nearest(size_t count, size_t width, const float *rows, const float *query,
                       size_t top, mpb_neighbour *found, size_t *num_found)
{
    const double norm = sqrt(dot(width, query, query));
    size_t num = 0;

    MPB_REQUIRE(norm > 0.0, MPB_ERR_DATA,
                "the query's vector is 0, which has no direction to compare (--search)");
    for (size_t r = 0; r < count; r++) {
        const float *row = rows + r * width;
        const mpb_neighbour candidate = {
            r, cosine(dot(width, row, query), sqrt(dot(width, row, row)), norm)};

        num = insert(candidate, top, found, num);
    }
    *num_found = num;
    return MPB_OK;
}
