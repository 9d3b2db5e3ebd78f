#pragma once

/* What a checkpoint holds besides the model: optimizer moments and the position of the run.
 * Random numbers need no state: they are functions of (seed, step, example). Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_training_state {
    int64_t step;           /* optimizer steps done */
    int64_t epoch_examples; /* training examples seen in the current epoch */
    int64_t epoch_hits;     /* of them predicted right */
    int64_t stale_epochs;   /* validations since the best one, for early stopping */
    int64_t best_step;      /* step of the best validation, -1: none yet */
    double epoch_loss;      /* sum of the mean losses of the current epoch's steps */
    double best_metric;
    char *signature; /* owned; JSON of what must not change between starts */
    char *history;   /* owned; JSON array of the finished epochs' rows */
} mpb_training_state;

void mpb_training_state_clear(mpb_training_state *state);

/* m and v (count) are the moments of the flat parameter space. */
MPB_MUST_CHECK mpb_status mpb_training_state_write(const char *path,
                                                   const mpb_training_state *state, size_t count,
                                                   const float *m, const float *v);

/* Fills m and v, which must have the count that was written (MPB_ERR_DATA otherwise). `state`
 * starts as {0}. */
MPB_MUST_CHECK mpb_status mpb_training_state_read(const char *path, mpb_training_state *state,
                                                  size_t count, float *m, float *v);
