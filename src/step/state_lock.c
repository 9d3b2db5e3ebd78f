#include "mpibert/step/state_lock.h"

#include <stddef.h>

void mpb_state_lock_begin(mpb_state_lock *lock)
{
    pthread_mutex_init(&lock->changes, NULL);
    pthread_mutex_lock(&lock->changes);
}

void mpb_state_lock_end(mpb_state_lock *lock)
{
    pthread_mutex_destroy(&lock->changes);
}

void mpb_state_rest(mpb_state_lock *lock)
{
    if (lock != NULL) {
        pthread_mutex_unlock(&lock->changes);
    }
}

void mpb_state_change(mpb_state_lock *lock)
{
    if (lock != NULL) {
        pthread_mutex_lock(&lock->changes);
    }
}
