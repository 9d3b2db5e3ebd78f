#include "mpibert/optim/adamw.h"

extern const mpb_optim mpb_optim_plain;
extern const mpb_optim mpb_optim_avx2;
extern const mpb_optim mpb_optim_avx512;

const mpb_optim *mpb_optim_for(mpb_isa isa)
{
    switch (isa) {
    case MPB_ISA_AVX512:
        return &mpb_optim_avx512;
    case MPB_ISA_AVX2:
        return &mpb_optim_avx2;
    case MPB_ISA_PLAIN:
        break;
    }
    return &mpb_optim_plain;
}
