#pragma once

/* The optimizer over the flat parameter space: norm, clipping, AdamW with its per-tensor decay and
 * learning-rate factors. Every rank holds equal weights and gradients and does the same update.
 * Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"
#include "mpibert/model/parameters.h"

typedef struct mpb_updater_options {
    float beta1;
    float beta2;
    float epsilon;
    float weight_decay;   /* of the parameters that decay */
    float max_grad_norm;  /* 0: no clipping */
    float layer_lr_decay; /* the rate of a layer is that of the one above times this; 1: equal */
} mpb_updater_options;

typedef struct mpb_updater mpb_updater;

/* Moments start at zero. Borrows `team`. */
MPB_MUST_CHECK mpb_status mpb_updater_create(const mpb_updater_options *options,
                                             const mpb_parameters *parameters, int num_layers,
                                             const mpb_team *team, mpb_isa isa,
                                             mpb_updater **updater);
void mpb_updater_destroy(mpb_updater **updater);

/* Bytes that mpb_updater_create takes. */
size_t mpb_updater_bytes(const mpb_parameters *parameters);

/* First and second moments, (parameters->size) each, for checkpoints. */
float *mpb_updater_first_moment(mpb_updater *updater);
float *mpb_updater_second_moment(mpb_updater *updater);

/* The Euclidean norm of all gradients; the same bits for any number of threads. */
double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients);

/* Step number `step` (from 1): clips by `gradient_norm` and updates `weights`. */
void mpb_updater_apply(mpb_updater *updater, int64_t step, double learning_rate,
                       double gradient_norm, const float *gradients, float *weights);
