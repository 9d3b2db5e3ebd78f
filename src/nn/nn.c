#include "mpibert/nn/kernels.h"

#include "attention_scratch.h"

extern const mpb_nn mpb_nn_kernels_plain, mpb_nn_kernels_avx2, mpb_nn_kernels_avx512;

const mpb_nn *mpb_nn_for(mpb_isa isa)
{
    static const mpb_nn *const kernels[] = {[MPB_ISA_PLAIN] = &mpb_nn_kernels_plain,
                                            [MPB_ISA_AVX2] = &mpb_nn_kernels_avx2,
                                            [MPB_ISA_AVX512] = &mpb_nn_kernels_avx512};

    return kernels[isa];
}

size_t mpb_attention_scratch(int length, int head_size, bool backward)
{
    attention_scratch pieces;

    return attention_scratch_lay_out(length, head_size, backward, NULL, &pieces);
}
