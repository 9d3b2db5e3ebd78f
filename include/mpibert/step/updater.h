#pragma once

/* The optimizer over the trained space: norm, clipping, AdamW or LAMB with per-tensor decay and
 * learning-rate factors. Each rank does the same update of all weights or, where ranks share the
 * moments out, that of what it owns, of which alone it needs gradients: then step/publisher gives
 * the others what they need of it. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"
#include "mpibert/model/parameters.h"
#include "mpibert/model/shares.h"
#include "mpibert/model/word_rows.h"

typedef struct mpb_updater_options {
    mpb_run_optimizer optimizer;
    float beta1;
    float beta2;
    float epsilon;
    float weight_decay;      /* of the parameters that decay */
    float max_grad_norm;     /* 0: no clipping */
    float layer_lr_decay;    /* the rate of a layer is that of the one above times this; 1: equal */
    int64_t steps_per_epoch; /* by which a tensor that is unfrozen later takes its first step */
} mpb_updater_options;

typedef struct mpb_updater mpb_updater;

/* Updates what `share` says of the trained space whose table `parameters` is. Moments start at zero, and
 * the optimizer's steps of a tensor with its training. Borrows `weights` (parameters->size), which it
 * updates, and `team`. */
MPB_MUST_CHECK mpb_status mpb_updater_create(const mpb_updater_options *options,
                                             const mpb_parameters *parameters,
                                             const mpb_share *share, int num_layers, float *weights,
                                             const mpb_team *team, mpb_isa isa,
                                             mpb_updater **updater);
void mpb_updater_destroy(mpb_updater **updater);

/* Bytes that mpb_updater_create would take. */
size_t mpb_updater_bytes(mpb_run_optimizer optimizer, const mpb_parameters *parameters,
                         const mpb_share *share);

const mpb_share *mpb_updater_share(const mpb_updater *updater);

/* Begins a step whose gradients begin at `begin` (mpb_model_gradients_begin) and that uses `rows`
 * (borrowed until it is applied; none where words are not trained) of the word table: brings the
 * weights of those that are owned up to date. With AdamW, rows that a step does not use
 * take their part of it, which depends on no gradient, later; no bit of the outcome depends on when. */
void mpb_updater_begin(mpb_updater *updater, const mpb_word_rows *rows, size_t begin);

/* The Euclidean norm of the step's gradients, laid out as model/word_rows.h says; the same bits
 * for any number of threads. */
double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients);

typedef struct mpb_update {
    int64_t step; /* from 1 */
    double learning_rate;
    double gradient_norm;   /* by which gradients are clipped */
    const float *gradients; /* as above; only those of weights that are owned are read */
} mpb_update;

/* The first half of a step. LAMB moves the moments here, and gives what the owned part of each
 * tensor adds to its norms: `count` numbers, which ranks that share the moments out replace by their
 * sums, elementwise, before the second half; whole numbers, so that the sums are exact. AdamW has no
 * first half: 0 numbers. */
double *mpb_updater_measure(mpb_updater *updater, const mpb_update *update, size_t *count);

/* The second half, of the same step: updates the weights that are owned. */
void mpb_updater_apply(mpb_updater *updater, const mpb_update *update);

/* Brings all owned weights and moments up to date: to be called before anything but a step reads
 * the weights. */
void mpb_updater_catch_up(mpb_updater *updater);

/* First and second moments, packed (mpb_share_size) and up to date, for checkpoints. */
float *mpb_updater_first_moment(mpb_updater *updater);
float *mpb_updater_second_moment(mpb_updater *updater);
