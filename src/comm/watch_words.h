#pragma once

/* What a watch says of other ranks, each as one line. */

#include <stdint.h>

#include "hosts.h"
#include "watch_judge.h"

/* What it speaks of; everything borrowed. */
typedef struct watch_words {
    const char *command;
    const struct comm_host *hosts; /* (ranks->size) */
    const watch_ranks *ranks;
} watch_words;

/* Why the job ends now; `saved` is the step of the newest checkpoint, or -1. */
void watch_say_end(const watch_words *words, const watch_verdict *verdict, double now,
                   int64_t saved);

/* That the job will end if this rank stays silent for `limit` seconds. */
void watch_say_missed(const watch_words *words, int rank, double now, double limit);

/* Which ranks nobody watches, if any. */
void watch_say_unmet(const watch_words *words);
