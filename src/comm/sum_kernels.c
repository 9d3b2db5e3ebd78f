#include "sum_kernels.h"

extern const sum_kernels sum_kernels_plain, sum_kernels_avx2, sum_kernels_avx512;

const sum_kernels *sum_kernels_for(mpb_isa isa)
{
    static const sum_kernels *const tables[] = {[MPB_ISA_PLAIN] = &sum_kernels_plain,
                                                [MPB_ISA_AVX2] = &sum_kernels_avx2,
                                                [MPB_ISA_AVX512] = &sum_kernels_avx512};

    return tables[isa];
}
