#include "mpibert/optim/adamw.h"

#include <math.h>

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

mpb_adamw_factors mpb_adamw_factors_of(const mpb_adamw_step *step)
{
    const double correction1 = 1.0 - pow((double)step->beta1, (double)step->step);
    const double correction2 = 1.0 - pow((double)step->beta2, (double)step->step);

    return (mpb_adamw_factors){
        .rest1 = 1.0f - step->beta1,
        .beta2 = step->beta2,
        .rest2 = 1.0f - step->beta2,
        .keep = (float)(1.0 - step->learning_rate * (double)step->weight_decay),
        .step_size = (float)(step->learning_rate / correction1),
        .rescale = (float)(1.0 / sqrt(correction2)),
        .epsilon = step->epsilon,
        .gradient_scale = step->gradient_scale,
    };
}
