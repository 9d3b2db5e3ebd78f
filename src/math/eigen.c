#include "mpibert/math/eigen.h"

#include <stddef.h>

#include "mpibert/core/memory.h"

/* Fortran has no header: all arguments are addresses, lengths of texts come last. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info,
             size_t jobz_length, size_t uplo_length);

typedef struct workspace {
    double *reals; /* owned, (num_reals) */
    int *integers; /* owned, (num_integers) */
    int num_reals;
    int num_integers;
} workspace;

/* Column i of Fortran's array is row i of ours. */
static int decompose(int n, double *matrix, double *values, const workspace *work)
{
    int info = 0;

    dsyevd_("V", "U", &n, matrix, &n, values, work->reals, &work->num_reals, work->integers,
            &work->num_integers, &info, 1, 1);
    return info;
}

/* LAPACK says itself how much it needs where it is asked for a size of -1. */
static mpb_status create(int n, double *matrix, double *values, workspace *work)
{
    double reals = 0.0;
    int integers = 0;
    const workspace ask = {&reals, &integers, -1, -1};

    decompose(n, matrix, values, &ask);
    work->num_reals = (int)reals;
    work->num_integers = integers;
    MPB_TRY(mpb_memory_create((size_t)work->num_reals, sizeof(*work->reals), "eigenvectors",
                              (void **)&work->reals));
    return mpb_memory_create((size_t)work->num_integers, sizeof(*work->integers), "eigenvectors",
                             (void **)&work->integers);
}

mpb_status mpb_eigen_symmetric(int n, double *matrix, double *values)
{
    workspace work = {0};
    mpb_status status = create(n, matrix, values, &work);

    if (status == MPB_OK) {
        const int info = decompose(n, matrix, values, &work);

        if (info != 0) {
            status = MPB_FAIL(MPB_ERR_DATA,
                              "the eigenvectors of a matrix of %d rows were not found: dsyevd gave "
                              "%d, 0 was expected (LAPACK)",
                              n, info);
        }
    }
    mpb_memory_destroy(work.reals);
    mpb_memory_destroy(work.integers);
    return status;
}
