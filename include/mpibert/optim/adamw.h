#pragma once

/* AdamW over runs of a flat buffer, one table of kernels for each instruction set.
 *
 * Loshchilov, Hutter: "Decoupled weight decay regularization", 2019; the order of operations is
 * torch.optim.AdamW's:
 *
 *     p -= lr * weight_decay * p
 *     m += (1 - beta1) * (g - m)
 *     v  = beta2 * v + (1 - beta2) * g^2
 *     p -= lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 *
 * with g the gradient times gradient_scale, and moments below the smallest normal float taken as 0.
 * A value's bits depend neither on the instruction set nor on its place in the run. Kernels are
 * serial and cannot fail.
 */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/math/isa.h"

typedef struct mpb_adamw_step {
    float beta1;
    float beta2;
    float epsilon;
    float weight_decay;
    double learning_rate;
    int64_t step;         /* t, from 1 */
    float gradient_scale; /* the clip factor */
} mpb_adamw_step;

/* What an element's update is computed with. */
typedef struct mpb_adamw_factors {
    float rest1; /* 1 - beta1 */
    float beta2;
    float rest2;     /* 1 - beta2 */
    float keep;      /* 1 - lr * weight_decay */
    float step_size; /* lr / (1 - beta1^t) */
    float rescale;   /* 1 / sqrt(1 - beta2^t) */
    float epsilon;
    float gradient_scale;
} mpb_adamw_factors;

mpb_adamw_factors mpb_adamw_factors_of(const mpb_adamw_step *step);

typedef struct mpb_optim {
    void (*adamw)(const mpb_adamw_factors *factors, size_t count, const float *gradients,
                  float *weights, float *first_moment, float *second_moment);
    /* `num_steps` steps, one after the other, whose gradients are zero: the same bits as adamw. */
    void (*adamw_idle)(const mpb_adamw_factors *steps, size_t num_steps, size_t count,
                       float *weights, float *first_moment, float *second_moment);
    /* sum of x[i]^2, in double precision */
    double (*sum_of_squares)(size_t count, const float *x);
} mpb_optim;

/* The kernels for one instruction set, which this CPU must support. */
const mpb_optim *mpb_optim_for(mpb_isa isa);
