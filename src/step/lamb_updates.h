#pragma once

/* LAMB over what a rank owns, in two passes: a tensor's trust ratio depends on all of it, words that
 * the step does not use included, so no row of the word table is left for later. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/word_rows.h"
#include "mpibert/optim/kernels.h"
#include "update_ranges.h"
#include "update_target.h"

typedef struct lamb_updates {
    const update_target *target; /* borrowed */
    const update_ranges *ranges; /* borrowed */
    size_t num_own;              /* rows of the word table */
    size_t rows_a_task;
    uint32_t *places;      /* (num_own): 1 + that of a row's gradient in the step's; 0: none */
    mpb_lamb_norms *norms; /* (number of tasks) */
    double *numbers;       /* (num_tensors, 2, MPB_SQUARE_NUMBERS): of weights, of updates */
} lamb_updates;

/* A step but for what tensors differ in, and its gradients. */
typedef struct lamb_step {
    mpb_adamw_step rule;
    mpb_word_rows rows;     /* of the word table */
    const float *word_rows; /* (rows.count, row_size): their gradients */
    const float *gradients; /* (share.size): of all other tensors */
} lamb_step;

/* Takes the arrays from `arena`. */
void lamb_updates_lay_out(lamb_updates *lamb, const mpb_share *share, const update_ranges *ranges,
                          mpb_arena *arena);

/* Moves the moments. Gives what this rank's part adds to the norms of each tensor: `count` numbers,
 * to be replaced by their sums over the owners. */
double *lamb_updates_measure(lamb_updates *lamb, const lamb_step *step, size_t *count);

/* Moves the weights. */
void lamb_updates_apply(lamb_updates *lamb, const lamb_step *step);
