#pragma once

/* Tells when a run's state is at rest: from mpb_state_rest until mpb_state_change, weights, moments and
 * what else a checkpoint has stay as they are and fit together. The thread that trains holds the lock
 * all other time; whoever copies the state (saving/keeper) holds it meanwhile. Local. */

#include <pthread.h>

typedef struct mpb_state_lock {
    pthread_mutex_t changes;
} mpb_state_lock;

/* The state counts as changing. */
void mpb_state_lock_begin(mpb_state_lock *lock);
void mpb_state_lock_end(mpb_state_lock *lock);

/* NULL: nobody waits for a state at rest. */
void mpb_state_rest(mpb_state_lock *lock);
void mpb_state_change(mpb_state_lock *lock);
