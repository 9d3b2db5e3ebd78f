#include <stddef.h>
#include <strings.h>

#include "mpibert/math/blas.h"

static int is_one_of(const char *core, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcasecmp(core, *names) == 0) {
            return 1;
        }
    }
    return 0;
}

const char *mpb_blas_coretype_for(mpb_isa isa, const char *core)
{
    static const char *const avx512[] = {"SkylakeX", "Cooperlake", "Sapphirerapids", NULL};
    static const char *const avx2[] = {"Haswell", "Zen", "Excavator", NULL};

    if (isa == MPB_ISA_PLAIN || is_one_of(core, avx512)) {
        return NULL;
    }
    if (isa == MPB_ISA_AVX512) {
        return "SKYLAKEX";
    }
    return is_one_of(core, avx2) ? NULL : "HASWELL";
}
