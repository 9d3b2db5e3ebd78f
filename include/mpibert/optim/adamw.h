#pragma once

/* AdamW over runs of a flat buffer.
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
 * Local. */

#include <stdint.h>

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
