#include <stddef.h>
#include <stdlib.h>

#include "mpibert/math/blas.h"

/* CBLAS has no call for this. The threaded libraries read these variables at their first product;
 * reference BLAS has one thread anyway. */
void mpb_blas_single_threaded(void)
{
    (void)setenv("MKL_NUM_THREADS", "1", 1);
    (void)setenv("BLIS_NUM_THREADS", "1", 1);
    (void)setenv("VECLIB_MAXIMUM_THREADS", "1", 1);
}

/* The variables hold for all threads. */
void mpb_blas_join_thread(void)
{
}

bool mpb_blas_has_room(int buffers)
{
    (void)buffers;
    return true;
}

const char *mpb_blas_better_coretype(void)
{
    return NULL;
}

const char *mpb_blas_description(void)
{
    return "CBLAS";
}
