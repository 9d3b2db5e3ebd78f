#pragma once

/* Saves a run when a signal asks it to stop, before the process can be ended.
 *
 * mpirun takes its ranks down a second after it asked them to stop: too short for a large
 * checkpoint, and often for the step under way. So a thread waits for the signal, and as soon as the
 * run's state is whole it forks: the child, in a session of its own, writes the checkpoint from its
 * copy of the memory, whatever becomes of the ranks. The step under way is given up. Local, for
 * rank 0; other ranks pass NULL.
 */

#include <stdint.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/ckpt/training_state.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/math/team.h"
#include "mpibert/train/saving.h"

typedef struct mpb_keeper mpb_keeper;

/* What it works with; everything borrowed. */
typedef struct mpb_keeper_parts {
    const mpb_log *log;
    const mpb_saver *saver;
    const mpb_training_state *state; /* the next one to save */
    mpb_team *team;                  /* in the child it becomes a team of one */
    const mpb_run_lock *lock;        /* the child holds it as long as it writes */
} mpb_keeper_parts;

/* The state counts as saved and as changing. */
MPB_MUST_CHECK mpb_status mpb_keeper_begin(const mpb_keeper_parts *parts, mpb_keeper **keeper);
void mpb_keeper_end(mpb_keeper **keeper);

/* Weights, moments and state stay as they are from mpb_keeper_rest until mpb_keeper_change, and
 * fit together. */
void mpb_keeper_rest(mpb_keeper *keeper);
void mpb_keeper_change(mpb_keeper *keeper);

/* The state as it is now has been saved. */
void mpb_keeper_note_saved(mpb_keeper *keeper);

/* Saves the state as it is now unless that was done, and waits until it is. */
MPB_MUST_CHECK mpb_status mpb_keeper_save(mpb_keeper *keeper);
