#pragma once

/* Virtual datasets: what a mapping is, to compare the one that was meant with the one that was
 * written. */

#include "checksum.h"
#include "h5_internal.h"

/* Adds the mapping of a virtual dataset of an open file to `sum`; MPB_ERR_SYSTEM where it is none.
 */
MPB_MUST_CHECK mpb_status mpb_h5_virtual_sum(const mpb_h5 *file, const char *name,
                                             mpb_checksum *sum);
