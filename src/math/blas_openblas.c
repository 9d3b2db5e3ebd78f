#include <cblas.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "mpibert/math/blas.h"

/* 128 MiB (32 << 22 of its sources, for x86-64), and some air. Refused, it asks again, for ever. */
static const size_t BUFFER_BYTES = (size_t)129 << 20;

bool mpb_blas_has_room(int buffers)
{
    const size_t bytes = (size_t)buffers * BUFFER_BYTES;
    void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (block == MAP_FAILED) {
        return false;
    }
    munmap(block, bytes);
    return true;
}

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
