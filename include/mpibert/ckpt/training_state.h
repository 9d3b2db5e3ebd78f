#pragma once

/* What a checkpoint holds besides the model: optimizer moments and the position of the run.
 * Random numbers need no state: they are functions of (seed, step, example). Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/model/shares.h"

enum { MPB_EPOCH_SUMS = 6, MPB_GUARD_NUMBERS = 11 };

typedef struct mpb_training_state {
    int64_t step;              /* optimizer steps done */
    int64_t settled_step;      /* the last one whose validation and table row, if due, are done */
    int64_t epoch_steps;       /* of the current epoch, since the last row of the history */
    int64_t epoch_examples;    /* training examples seen in them */
    int64_t stale_validations; /* since the best one, for early stopping */
    int64_t best_step;         /* step of the best validation, -1: none yet */
    double epoch_loss;         /* sum of the mean losses of these epoch_steps */
    double epoch_sums[MPB_EPOCH_SUMS]; /* of the task, over the epoch_examples */
    double guard[MPB_GUARD_NUMBERS];   /* what train/guard remembers of steps and validations */
    double best_metric;    /* its score, larger is better: a loss with its sign turned */
    double last_metric;    /* that of the last validation */
    char *kernel;          /* owned; mpb_gemm_kernel_name of the matrix products */
    char *instruction_set; /* owned; mpb_isa_label of all kernels */
    char *products;        /* owned; for people: mpb_gemm_description */
    char *signature;       /* owned; JSON of what must not change between starts */
    char *history;         /* owned; JSON array of the finished epochs' rows */
} mpb_training_state;

void mpb_training_state_clear(mpb_training_state *state);

/* `path` = that of the state in a checkpoint's folder. */
MPB_MUST_CHECK mpb_status mpb_training_state_path(const char *checkpoint, char *path, size_t size);

/* m and v (count) are the moments of the flat parameter space. */
MPB_MUST_CHECK mpb_status mpb_training_state_write(const char *path,
                                                   const mpb_training_state *state, size_t count,
                                                   const float *m, const float *v);

/* Likewise where ranks have written the moments to files of their own (ckpt/moments), as the owners
 * in `share`. */
MPB_MUST_CHECK mpb_status mpb_training_state_write_shared(const char *path,
                                                          const mpb_training_state *state,
                                                          const mpb_share *share);

/* All but the moments. `state` starts as {0} and is untouched on failure. What no run can have
 * written is MPB_ERR_DATA that names field, value and what was expected: steps and counts out of
 * their ranges, a metric that is not finite, a signature or history that is no JSON. */
MPB_MUST_CHECK mpb_status mpb_training_state_read(const char *path, mpb_training_state *state);
