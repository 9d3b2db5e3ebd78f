#include "mpibert/optim/kernels.h"

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

static double correction(float beta, int64_t step)
{
    return 1.0 - pow((double)beta, (double)step);
}

mpb_adamw_factors mpb_adamw_factors_of(const mpb_adamw_step *step)
{
    return (mpb_adamw_factors){
        .rest1 = 1.0f - step->beta1,
        .beta2 = step->beta2,
        .rest2 = 1.0f - step->beta2,
        .keep = (float)(1.0 - step->learning_rate * (double)step->weight_decay),
        .step_size = (float)(step->learning_rate / correction(step->beta1, step->step)),
        .rescale = (float)(1.0 / sqrt(correction(step->beta2, step->step))),
        .epsilon = step->epsilon,
        .gradient_scale = step->gradient_scale,
    };
}

mpb_lamb_factors mpb_lamb_factors_of(const mpb_adamw_step *step)
{
    return (mpb_lamb_factors){
        .rest1 = 1.0f - step->beta1,
        .beta2 = step->beta2,
        .rest2 = 1.0f - step->beta2,
        .unbias = (float)(1.0 / correction(step->beta1, step->step)),
        .rescale = (float)(1.0 / sqrt(correction(step->beta2, step->step))),
        .epsilon = step->epsilon,
        .decay = step->weight_decay,
        .gradient_scale = step->gradient_scale,
    };
}

double mpb_lamb_trust(double weights, double updates)
{
    return weights == 0.0 || updates == 0.0 ? 1.0 : sqrt(weights) / sqrt(updates);
}
