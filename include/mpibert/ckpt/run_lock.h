#pragma once

/* One run a run directory: a lock on RUN/.lock that ends with its process and the children that
 * this one forked, so that none is ever left behind. Local, for rank 0. */

#include <stdbool.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

typedef struct mpb_run_lock {
    int descriptor; /* of the file that is locked, or -1 */
    char *made;     /* owned: the run directory, if it was not there before; or NULL */
} mpb_run_lock;

/* Makes the run directory and locks it; MPB_ERR_SYSTEM, with its host and process, where another
 * run holds it. One that only saves its last checkpoint yet is waited for. Where the file system
 * has no locks, a warning says so and the run goes on. */
MPB_MUST_CHECK mpb_status mpb_run_lock_begin(const mpb_log *log, const char *run,
                                             mpb_run_lock *lock);
/* Without `keep`, for a run that was refused, the directory goes again if it was made by
 * mpb_run_lock_begin and nothing but the lock has come into it. */
void mpb_run_lock_end(mpb_run_lock *lock, bool keep);

/* In a child that holds the lock on: it is named as the holder, who saves its last checkpoint. */
void mpb_run_lock_pass_on(const mpb_run_lock *lock);

/* Whether a run holds the lock of the run directory; false where that cannot be told. */
bool mpb_run_lock_is_held(const char *run);
