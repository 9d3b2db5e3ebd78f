#pragma once

/* LAMB over runs of a flat buffer.
 *
 * You et al.: "Large batch optimization for deep learning: training BERT in 76 minutes", 2020; where
 * the paper leaves a choice it is that of NVIDIA apex's FusedLAMB:
 *
 *     m += (1 - beta1) * (g - m)
 *     v  = beta2 * v + (1 - beta2) * g^2
 *     u  = m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + epsilon) + weight_decay * p
 *     p -= lr * trust * u,    trust = |p| / |u| over a tensor
 *
 * with g the gradient times gradient_scale (clipped by the norm of all gradients), and moments below
 * the smallest normal float taken as 0. trust is 1 where |p| or |u| is 0, and for tensors without
 * weight decay: biases and LayerNorm, and all tensors if weight_decay is 0.
 *
 * The norms are sums without rounding of terms that are cut at every MPB_SQUARE_TERM elements of a
 * run, so the parts of a tensor may be measured in any order and by anyone. Local. */

#include "mpibert/optim/adamw.h"
#include "mpibert/optim/square_sum.h"

/* What an element's update is computed with. */
typedef struct mpb_lamb_factors {
    float rest1; /* 1 - beta1 */
    float beta2;
    float rest2;   /* 1 - beta2 */
    float unbias;  /* 1 / (1 - beta1^t) */
    float rescale; /* 1 / sqrt(1 - beta2^t) */
    float epsilon;
    float decay; /* weight_decay */
    float gradient_scale;
} mpb_lamb_factors;

/* Of a step whose learning rate comes into it later. */
mpb_lamb_factors mpb_lamb_factors_of(const mpb_adamw_step *step);

typedef struct mpb_lamb_norms {
    mpb_square_sum weights;
    mpb_square_sum updates;
} mpb_lamb_norms;

/* trust, from |p|^2 and |u|^2; NaN if one of them is. */
double mpb_lamb_trust(double weights, double updates);
