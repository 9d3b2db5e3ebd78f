#pragma once

/* Kernels of the optimizers over runs of a flat buffer, one table for each instruction set.
 *
 * A value's bits depend neither on the instruction set nor on its place in the run. Kernels are
 * serial and cannot fail. Local. */

#include <stddef.h>

#include "mpibert/math/isa.h"
#include "mpibert/optim/adamw.h"
#include "mpibert/optim/lamb.h"

typedef struct mpb_optim {
    void (*adamw)(const mpb_adamw_factors *factors, size_t count, const float *gradients,
                  float *weights, float *first_moment, float *second_moment);
    /* `num_steps` steps, one after the other, whose gradients are zero: the same bits as adamw. */
    void (*adamw_idle)(const mpb_adamw_factors *steps, size_t num_steps, size_t count,
                       float *weights, float *first_moment, float *second_moment);
    /* The first half of a LAMB step: moves the moments and adds the squares of p and u to `norms`.
     * `gradients` is NULL where they are zero. */
    void (*lamb_measure)(const mpb_lamb_factors *factors, size_t count, const float *gradients,
                         const float *weights, float *first_moment, float *second_moment,
                         mpb_lamb_norms *norms);
    /* The second half: p -= rate * u, where rate is lr * trust. */
    void (*lamb_update)(const mpb_lamb_factors *factors, float rate, size_t count, float *weights,
                        const float *first_moment, const float *second_moment);
    /* sum of x[i]^2, in double precision */
    double (*sum_of_squares)(size_t count, const float *x);
} mpb_optim;

/* The kernels for one instruction set, which this CPU must support. */
const mpb_optim *mpb_optim_for(mpb_isa isa);
