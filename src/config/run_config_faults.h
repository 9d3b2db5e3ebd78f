#pragma once

/* What is wrong with a configuration, all of it in one message; private to the run_config files. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct run_faults {
    size_t count;
    size_t shown;    /* of them, those that a message has room for */
    mpb_buffer text; /* owned: a line each of those */
} run_faults;

/* MPB_ERR_CONFIG is taken down, with its description, and becomes MPB_OK, so that reading goes on;
 * any other status comes back as it is. */
MPB_MUST_CHECK mpb_status run_faults_take(run_faults *faults, mpb_status status);

/* MPB_ERR_CONFIG with all that was taken down, if anything was: the first in the usual form, the
 * others indented below it. */
MPB_MUST_CHECK mpb_status run_faults_tell(const run_faults *faults);
void run_faults_clear(run_faults *faults);
