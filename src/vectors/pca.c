#include "mpibert/vectors/pca.h"

#include <math.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/math/eigen.h"
#include "mpibert/math/gram.h"

void mpb_pca_clear(mpb_pca *pca)
{
    mpb_memory_destroy(pca->mean);
    mpb_memory_destroy(pca->components);
    mpb_memory_destroy(pca->projected);
    mpb_memory_destroy(pca->ratios);
    *pca = (mpb_pca){0};
}

/* What is at hand while components are found. */
typedef struct fit {
    mpb_pca *pca;
    double *centred; /* owned, (count, width) */
    double *gram;    /* owned, (n, n); then its eigenvectors, a row each */
    double *values;  /* owned, (n): its eigenvalues, ascending */
    size_t n;        /* the smaller one of count and width */
} fit;

static void fit_clear(fit *f)
{
    mpb_memory_destroy(f->centred);
    mpb_memory_destroy(f->gram);
    mpb_memory_destroy(f->values);
}

static mpb_status fit_create(mpb_pca *pca, fit *f)
{
    const char *what = "principal components";

    f->pca = pca;
    f->n = pca->count < pca->width ? pca->count : pca->width;
    MPB_TRY(mpb_memory_create(pca->count * pca->width, sizeof(double), what, (void **)&f->centred));
    MPB_TRY(mpb_memory_create(f->n * f->n, sizeof(double), what, (void **)&f->gram));
    MPB_TRY(mpb_memory_create(f->n, sizeof(double), what, (void **)&f->values));
    MPB_TRY(mpb_memory_create(pca->width, sizeof(double), what, (void **)&pca->mean));
    MPB_TRY(mpb_memory_create(pca->num_components * pca->width, sizeof(double), what,
                              (void **)&pca->components));
    MPB_TRY(mpb_memory_create(pca->count * pca->num_components, sizeof(double), what,
                              (void **)&pca->projected));
    return mpb_memory_create(pca->num_components, sizeof(double), what, (void **)&pca->ratios);
}

static void centre(const fit *f, const float *rows)
{
    const size_t width = f->pca->width;
    const size_t total = f->pca->count * width;
    double *mean = f->pca->mean;

    for (size_t i = 0; i < total; i++) {
        mean[i % width] += (double)rows[i];
    }
    for (size_t j = 0; j < width; j++) {
        mean[j] /= (double)f->pca->count;
    }
    for (size_t i = 0; i < total; i++) {
        f->centred[i] = (double)rows[i] - mean[i % width];
    }
}

/* component (width) = u^T X / s, as row k of V^T is. */
static void combine_rows(const fit *f, const double *u, double *component)
{
    const size_t width = f->pca->width;

    for (size_t i = 0; i < f->pca->count; i++) {
        for (size_t j = 0; j < width; j++) {
            component[j] += u[i] * f->centred[i * width + j];
        }
    }
}

static void scale_to_one(size_t width, double *component)
{
    double squares = 0.0;
    double largest = 0.0;

    for (size_t j = 0; j < width; j++) {
        squares += component[j] * component[j];
        largest = fabs(component[j]) > fabs(largest) ? component[j] : largest;
    }
    for (size_t j = 0; j < width && squares > 0.0; j++) {
        component[j] /= copysign(sqrt(squares), largest);
    }
}

static void project(const fit *f, size_t k)
{
    const mpb_pca *pca = f->pca;
    const double *component = pca->components + k * pca->width;

    for (size_t i = 0; i < pca->count; i++) {
        double sum = 0.0;

        for (size_t j = 0; j < pca->width; j++) {
            sum += f->centred[i * pca->width + j] * component[j];
        }
        pca->projected[i * pca->num_components + k] = sum;
    }
}

/* Squared singular values that are no more than this of the largest are rounding: the Gram matrix
 * is summed in double, whose epsilon is 2e-16, over some thousand numbers at most. */
static const double NOTHING = 1e-13;

static void find_component(const fit *f, size_t k, double variance)
{
    const mpb_pca *pca = f->pca;
    const size_t at = f->n - 1 - k;
    double *component = pca->components + k * pca->width;

    if (f->values[at] <= NOTHING * f->values[f->n - 1]) {
        return;
    }
    if (f->n == pca->width) {
        memcpy(component, f->gram + at * f->n, pca->width * sizeof(*component));
    } else {
        combine_rows(f, f->gram + at * f->n, component);
    }
    scale_to_one(pca->width, component);
    project(f, k);
    pca->ratios[k] = f->values[at] / variance;
}

/* The Gram matrix of the shorter side has the squares of X's singular values for eigenvalues, and
 * their vectors of that side for eigenvectors. */
static mpb_status find_components(const fit *f)
{
    const mpb_pca *pca = f->pca;
    double variance = 0.0;

    if (f->n == pca->width) {
        mpb_gram_of_columns(pca->count, pca->width, f->centred, f->gram);
    } else {
        mpb_gram_of_rows(pca->count, pca->width, f->centred, f->gram);
    }
    for (size_t i = 0; i < f->n; i++) {
        variance += f->gram[i * f->n + i];
    }
    MPB_TRY(mpb_eigen_symmetric((int)f->n, f->gram, f->values));
    for (size_t k = 0; k < pca->num_components; k++) {
        find_component(f, k, variance);
    }
    return MPB_OK;
}

mpb_status mpb_pca_fit(size_t count, size_t width, const float *rows, size_t num_components,
                       mpb_pca *pca)
{
    mpb_pca made = {.count = count, .width = width, .num_components = num_components};
    fit f = {0};
    mpb_status status;

    MPB_REQUIRE(num_components <= count && num_components <= width, MPB_ERR_CONFIG,
                "%zu principal components of %zu vectors of %zu numbers were asked for, at most as "
                "many as there are of either was expected (--pca)",
                num_components, count, width);
    status = fit_create(&made, &f);
    if (status == MPB_OK) {
        centre(&f, rows);
        status = find_components(&f);
    }
    fit_clear(&f);
    if (status != MPB_OK) {
        mpb_pca_clear(&made);
        return status;
    }
    *pca = made;
    return MPB_OK;
}
