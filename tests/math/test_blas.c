#include "mpibert/math/blas.h"

#include "check.h"

/* Emerald Rapids under OpenBLAS 0.3.21 gets the SSE3 kernels of 2004. */
static void weak_kernels_on_a_newer_cpu_are_replaced(void)
{
    CHECK_TEXT(mpb_blas_coretype_for(MPB_ISA_AVX512, "Prescott"), "SKYLAKEX");
    CHECK_TEXT(mpb_blas_coretype_for(MPB_ISA_AVX512, "Haswell"), "SKYLAKEX");
    CHECK_TEXT(mpb_blas_coretype_for(MPB_ISA_AVX2, "Prescott"), "HASWELL");
    CHECK_TEXT(mpb_blas_coretype_for(MPB_ISA_AVX2, "Nehalem"), "HASWELL");
}

static void kernels_that_use_the_cpu_are_kept(void)
{
    CHECK(mpb_blas_coretype_for(MPB_ISA_AVX512, "Cooperlake") == NULL);
    CHECK(mpb_blas_coretype_for(MPB_ISA_AVX512, "SkylakeX") == NULL);
    CHECK(mpb_blas_coretype_for(MPB_ISA_AVX512, "SapphireRapids") == NULL);
    CHECK(mpb_blas_coretype_for(MPB_ISA_AVX2, "Zen") == NULL);
    CHECK(mpb_blas_coretype_for(MPB_ISA_AVX2, "Haswell") == NULL);
    CHECK(mpb_blas_coretype_for(MPB_ISA_PLAIN, "Prescott") == NULL);
}

static void the_loaded_library_describes_itself(void)
{
    mpb_blas_single_threaded();
    CHECK(strstr(mpb_blas_description(), "BLAS") != NULL);
}

int main(void)
{
    weak_kernels_on_a_newer_cpu_are_replaced();
    kernels_that_use_the_cpu_are_kept();
    the_loaded_library_describes_itself();
    return EXIT_SUCCESS;
}
