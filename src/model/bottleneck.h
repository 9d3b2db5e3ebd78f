#pragma once

/* The two linear layers of a bottleneck adapter (model/bottleneck.h):
 *
 *     u = z W1^T + b1    y += act(u) W2^T + b2
 *
 * Of both u is kept, and backward turns it into its gradient. */

#include "model_internal.h"

/* u from z (rows, H) */
void bottleneck_read(const mpb_model *model, const bottleneck *adapter, size_t rows,
                     const float *z);
/* y (rows, H) += act(u) W2^T + b2 */
void bottleneck_add(const mpb_model *model, const bottleneck *adapter, size_t rows, float *y);

/* Adds to the gradients of its tensors, from d (rows, H), that of what it adds, and z. */
void bottleneck_backward(const mpb_model *model, const bottleneck *adapter, size_t rows,
                         const float *d, linear_input z);
/* dz (rows, H) = du W1 + beta dz, after that. */
void bottleneck_backward_input(const mpb_model *model, const bottleneck *adapter, size_t rows,
                               float beta, float *dz);
