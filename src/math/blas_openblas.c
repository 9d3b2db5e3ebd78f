#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/math/blas.h"

void mpb_blas_single_threaded(void)
{
    openblas_set_num_threads(1);
}

void mpb_blas_join_thread(void)
{
    openblas_set_num_threads(1);
}

const char *mpb_blas_better_coretype(void)
{
    /* Only a library with kernels for several CPUs looks at OPENBLAS_CORETYPE. */
    if (strstr(openblas_get_config(), "DYNAMIC_ARCH") == NULL) {
        return NULL;
    }
    return mpb_blas_coretype_for(mpb_isa_best(), openblas_get_corename());
}

const char *mpb_blas_description(void)
{
    static _Thread_local char text[96];
    char version[32] = "";

    /* The configuration starts "OpenBLAS 0.3.21 DYNAMIC_ARCH ...". */
    (void)sscanf(openblas_get_config(), "OpenBLAS %31s", version);
    (void)snprintf(text, sizeof text, "OpenBLAS %s, %s kernels", version, openblas_get_corename());
    return text;
}
