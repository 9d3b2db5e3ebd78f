#pragma once

/* Ends a process that waits too long: doctor is for machines on which things hang. */

#include "mpibert/comm/comm.h"

/* From now on this process does `doing` (static text), and ends with one line and MPB_ERR_SYSTEM
 * unless the next call comes within `seconds`; 0: no limit any more. */
void doctor_watch(const mpb_comm *comm, const char *doing, unsigned seconds);
