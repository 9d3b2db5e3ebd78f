#pragma once

/* Saves a run when a signal asks it to stop, before the process can be ended.
 *
 * mpirun takes its ranks down a second after it asked them to stop: too short for a large
 * checkpoint, and often for the step under way. So a thread waits for the signal, and as soon as
 * the run's state is whole it forks: the child, in a session of its own, writes the checkpoint from
 * its copy of the memory, whatever becomes of the ranks. The step under way is given up. Local, for
 * rank 0 and, where each rank has state of its own, for all ranks, whose children write a part each
 * (saving/saving_apart). Other ranks pass NULL.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/ckpt/training_state.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/math/team.h"
#include "mpibert/saving/saving.h"
#include "mpibert/step/state_lock.h"

typedef struct mpb_keeper mpb_keeper;

/* What it works with; everything borrowed. */
typedef struct mpb_keeper_parts {
    const mpb_log *log;
    const mpb_saver *saver;
    const mpb_training_state *state; /* the next one to save */
    mpb_team *team;                  /* in the child it becomes a team of one */
    const mpb_run_lock *lock;        /* the child holds it as long as it writes */
    const char *token;               /* of this start of the run, the same on all ranks */
} mpb_keeper_parts;

/* The state counts as saved and as changing. */
MPB_MUST_CHECK mpb_status mpb_keeper_begin(const mpb_keeper_parts *parts, mpb_keeper **keeper);
void mpb_keeper_end(mpb_keeper **keeper);

/* By which it is told when the state is at rest; NULL without a keeper. */
mpb_state_lock *mpb_keeper_lock(mpb_keeper *keeper);

/* The state as it is now has been saved. */
void mpb_keeper_note_saved(mpb_keeper *keeper);

/* Saves the state as it is now unless that was done, and waits until it is. For rank 0 alone. */
MPB_MUST_CHECK mpb_status mpb_keeper_save(mpb_keeper *keeper);

/* Likewise by the children of all ranks: whether that of this rank did its part. Where one did not,
 * the ranks, which are alive yet, save together. */
bool mpb_keeper_save_part(mpb_keeper *keeper);
