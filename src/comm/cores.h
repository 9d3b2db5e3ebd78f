#pragma once

/* Which cores of a node belong to which rank. */

#include <sched.h>

/* numbers (CPU_SETSIZE) = the cores that are rank `me`'s own of the `count` ranks of a node with
 * these affinity masks, ascending; gives how many. Ranks with the same mask part it evenly. 0 where
 * it has fewer cores than ranks, or shares some with a different mask. */
int cores_part(const cpu_set_t *masks, int count, int me, int *numbers);

/* What remains for rank `me` where n ranks share a core and each counts 1/n of it; at least 1. */
int cores_share(const cpu_set_t *masks, int count, int me);
