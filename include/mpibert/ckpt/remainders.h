#pragma once

/* What rounding took from a rank's gradients and the next step adds to them (comm/reduction), in a
 * checkpoint: a file a rank,
 *
 *     remainders-00001-of-00004.h5    /remainders
 *
 * Only as many ranks can go on with them. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

enum { MPB_REMAINDERS_FILE = 48 }; /* bytes of a file's name */

/* Whose they are, and when. */
typedef struct mpb_remainders_owner {
    int rank;
    int ranks;
    int64_t step; /* the last whole one */
} mpb_remainders_owner;

/* The name of the file of `rank`, from 0, of `ranks`. */
void mpb_remainders_file(int rank, int ranks, char name[MPB_REMAINDERS_FILE]);

/* Writes values (count) into the folder `checkpoint`. */
MPB_MUST_CHECK mpb_status mpb_remainders_write(const char *checkpoint,
                                               const mpb_remainders_owner *owner, size_t count,
                                               const float *values);

/* Fills `values` (count) from there, if there is such a file. It must be of that step, of `count`
 * finite numbers (MPB_ERR_DATA otherwise). */
MPB_MUST_CHECK mpb_status mpb_remainders_read(const char *checkpoint,
                                              const mpb_remainders_owner *owner, size_t count,
                                              float *values, bool *found);
