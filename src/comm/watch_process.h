#pragma once

/* Whether a rank that cannot say so is stopped. */

#include "hosts.h"
#include "watch_judge.h"

/* Notes at `now` which ranks that this one still has to hear of are stopped processes of its own host:
 * nothing but that is certain of a rank before it is met. */
void watch_find_stopped(watch_ranks *ranks, const struct comm_host *hosts, double now);
