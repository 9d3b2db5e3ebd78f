#pragma once

/* What an optimizer works on: weights and moments that a rank owns, and who computes. All borrowed.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/team.h"
#include "mpibert/model/shares.h"
#include "mpibert/optim/kernels.h"

typedef struct update_target {
    const mpb_team *team;
    const mpb_optim *optim;
    mpb_share share;
    float *weights;       /* (share.size) */
    float *first_moment;  /* (mpb_share_size) */
    float *second_moment; /* (mpb_share_size) */
} update_target;

/* Whether this rank owns a row of the word table; *own is its place among the owned ones. */
static inline bool update_target_owns(const update_target *target, size_t row, size_t *own)
{
    const size_t owners = (size_t)target->share.owners;

    *own = row / owners;
    return row % owners == (size_t)target->share.owner;
}

/* An owned row, in the table. */
static inline float *update_target_row(const update_target *target, size_t own)
{
    const mpb_share *share = &target->share;

    return target->weights + (own * (size_t)share->owners + (size_t)share->owner) * share->row_size;
}
