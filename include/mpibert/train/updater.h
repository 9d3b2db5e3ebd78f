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
#include "mpibert/model/word_rows.h"

typedef struct mpb_updater_options {
    float beta1;
    float beta2;
    float epsilon;
    float weight_decay;   /* of the parameters that decay */
    float max_grad_norm;  /* 0: no clipping */
    float layer_lr_decay; /* the rate of a layer is that of the one above times this; 1: equal */
} mpb_updater_options;

typedef struct mpb_updater mpb_updater;

/* Moments start at zero. Borrows `weights` (parameters->size), which it updates, and `team`. */
MPB_MUST_CHECK mpb_status mpb_updater_create(const mpb_updater_options *options,
                                             const mpb_parameters *parameters, int num_layers,
                                             float *weights, const mpb_team *team, mpb_isa isa,
                                             mpb_updater **updater);
void mpb_updater_destroy(mpb_updater **updater);

/* Bytes that mpb_updater_create would take. */
size_t mpb_updater_bytes(const mpb_parameters *parameters);

/* Begins a step that uses `rows` (borrowed until it is applied) of the word table: brings their
 * weights up to date. Rows that a step does not use take their part of it, which depends on no
 * gradient, later; no bit of the outcome depends on when. */
void mpb_updater_begin(mpb_updater *updater, const mpb_word_rows *rows);

/* The Euclidean norm of the step's gradients, laid out as model/word_rows.h says; the same bits
 * for any number of threads. */
double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients);

/* Step number `step` (from 1): clips by `gradient_norm` and updates the weights. */
void mpb_updater_apply(mpb_updater *updater, int64_t step, double learning_rate,
                       double gradient_norm, const float *gradients);

/* Brings all weights and moments up to date: to be called before anything but a step reads the
 * weights. */
void mpb_updater_catch_up(mpb_updater *updater);

/* First and second moments, (parameters->size) each and up to date, for checkpoints. */
float *mpb_updater_first_moment(mpb_updater *updater);
float *mpb_updater_second_moment(mpb_updater *updater);
