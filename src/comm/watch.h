#pragma once

/* A thread of each rank that tells the others that it lives, and ends the job when one does not.
 *
 * A rank that dies, is stopped or can no more be reached leaves the others in a collective for
 * ever, and MPI says nothing. So each rank sends a beat every second over connections of its own
 * (watch_wire), and who judges (watch_judge) prints the one line that names the rank, its host and
 * what it was doing, tells the others, and all of them leave with the exit code. A stopped process
 * is continued for that.
 */

#include <stdbool.h>
#include <stdint.h>

#include "hosts.h"
#include "mpibert/core/status.h"
#include "watch_judge.h"
#include "watch_wire.h"

/* What the watch works with. */
typedef struct watch_parts {
    int rank;
    int size;
    int deputy;
    const char *command;           /* borrowed, for messages */
    const struct comm_host *hosts; /* (size), borrowed */
    watch_offer offers[2];         /* of rank 0 and of the deputy */
    int listener;                  /* this rank's, taken over; -1: none */
    watch_pace pace;
} watch_parts;

typedef struct watch watch;

/* The usual pace. */
watch_pace watch_usual_pace(void);

/* Local: connections are made on the way. */
MPB_MUST_CHECK mpb_status watch_create(const watch_parts *parts, watch **made);

/* Says good-bye and does not wait for the others, who have come to the same point. NULL is
 * allowed. */
void watch_destroy(watch **gone);

/* What this rank does from now on: a text that lasts, and the step after which it does so, or -1.
 * Cheap; any thread. */
void watch_note(watch *w, const char *doing, int64_t step);

/* The step of the newest checkpoint. */
void watch_note_saved(watch *w, int64_t step);

void watch_set_silence(watch *w, double seconds);

/* Tells the others that this process ends with `code` and has said why. May be called by a signal
 * handler. */
void watch_leave(watch *w, int code);
