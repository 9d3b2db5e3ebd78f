#pragma once

/* The checkpoints of a run: RUN/checkpoints/step-00000120/, complete or not there at all. Local,
 * for rank 0. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/ckpt/training_state.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

/* `path` = the folder of the checkpoint of `step`. */
MPB_MUST_CHECK mpb_status mpb_checkpoint_path(const char *run, int64_t step, char *path,
                                              size_t size);

/* MPB_ERR_DATA unless the folder `path` holds a whole checkpoint: its files, and no others, as its
 * manifest lists them, weights and training state among them. `state` (starts as {0}) = the latter
 * but for its moments. */
MPB_MUST_CHECK mpb_status mpb_checkpoint_verify(const char *path, mpb_training_state *state);

/* The newest checkpoint that is whole; damaged newer ones are passed over with a warning. `path` is
 * "" where there is none; where all are damaged, MPB_ERR_DATA. `state` as above. */
MPB_MUST_CHECK mpb_status mpb_checkpoint_find_newest(const mpb_log *log, const char *run,
                                                     char *path, size_t size,
                                                     mpb_training_state *state);

/* The folder of the newest checkpoint, whole or not; "" where there is none. */
MPB_MUST_CHECK mpb_status mpb_checkpoint_latest(const char *run, char *path, size_t size);

/* Removes what a killed run left half-written; a warning where that cannot be removed. */
void mpb_checkpoint_clear_unfinished(const mpb_log *log, const char *run);

/* Removes all but the newest `keep` checkpoints up to step `newest`, those of later steps (damaged,
 * or of a run that was begun anew), and what a killed run left half-written. What cannot be removed
 * does not keep the rest from it; the failure tells of one of them. */
MPB_MUST_CHECK mpb_status mpb_checkpoint_prune(const char *run, int64_t newest, int keep);
