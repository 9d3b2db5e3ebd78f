#pragma once

/* What a checkpoint holds besides the model: optimizer moments and the position of the run.
 * Random numbers need no state: they are functions of (seed, step, example). Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_training_state {
    int64_t step;              /* optimizer steps done */
    int64_t settled_step;      /* the last one whose validation and table row, if due, are done */
    int64_t epoch_steps;       /* of the current epoch, since the last row of the history */
    int64_t epoch_examples;    /* training examples seen in them */
    int64_t epoch_hits;        /* of them predicted right */
    int64_t stale_validations; /* since the best one, for early stopping */
    int64_t best_step;         /* step of the best validation, -1: none yet */
    double epoch_loss;         /* sum of the mean losses of these epoch_steps */
    double best_metric;        /* its score, larger is better: the loss with its sign turned */
    double last_metric;        /* that of the last validation */
    char *kernel;              /* owned; mpb_gemm_kernel_name of the matrix products */
    char *instruction_set;     /* owned; mpb_isa_label of all kernels */
    char *products;            /* owned; for people: mpb_gemm_description */
    char *signature;           /* owned; JSON of what must not change between starts */
    char *history;             /* owned; JSON array of the finished epochs' rows */
} mpb_training_state;

void mpb_training_state_clear(mpb_training_state *state);

/* `path` = that of the state in a checkpoint's folder. */
MPB_MUST_CHECK mpb_status mpb_training_state_path(const char *checkpoint, char *path, size_t size);

/* m and v (count) are the moments of the flat parameter space. */
MPB_MUST_CHECK mpb_status mpb_training_state_write(const char *path,
                                                   const mpb_training_state *state, size_t count,
                                                   const float *m, const float *v);

/* All but the moments. `state` starts as {0} and is untouched on failure. What no run can have
 * written is MPB_ERR_DATA that names field, value and what was expected: steps and counts out of
 * their ranges, a metric that is not finite, a signature or history that is no JSON. */
MPB_MUST_CHECK mpb_status mpb_training_state_read(const char *path, mpb_training_state *state);

/* Fills m and v, which must have the count that was written, hold finite numbers only, and in v
 * none below 0 (MPB_ERR_DATA otherwise). */
MPB_MUST_CHECK mpb_status mpb_training_state_read_moments(const char *path, size_t count, float *m,
                                                          float *v);
