#pragma once

/* The connections of a watch: made, read and written without waiting. */

#include <stdatomic.h>

#include "watch_judge.h"
#include "watch_wire.h"

enum { WATCH_GUESTS = 256 };

/* Somebody who has connected. It greets, is answered, and becomes the rank that it says it is with
 * its next message: a connection that was given up meanwhile is not the end of a rank. */
typedef struct watch_guest {
    atomic_int connection; /* -1: free */
    atomic_bool is_answered;
    double since;
    watch_inbox inbox;
} watch_guest;

/* A connection that this rank is making. */
typedef struct watch_dial {
    int target;     /* rank */
    bool same_host; /* as the target's */
    int next;       /* address to try; -1: this host itself */
    int connection; /* -1: none under way */
    bool greeted;
    double due; /* when to try the next one, or to give up this one */
    watch_offer offer;
} watch_dial;

typedef struct watch_links {
    watch_ranks ranks;
    watch_token token;                /* of the job */
    int listener;                     /* -1: none */
    watch_guest guests[WATCH_GUESTS]; /* of the listener */
    watch_dial dials[2];
    int num_dials;
    int ended_with; /* exit code that another rank has told; 0: none */
} watch_links;

/* Of `links->ranks`; the offers are rank 0's and the deputy's, the listener is taken over. */
void watch_links_begin(watch_links *links, const struct comm_host *hosts,
                       const watch_offer offers[2], int listener);
void watch_links_end(watch_links *links);

/* Takes a step with all of them: accepts, connects, reads; `beat` is what this rank has to say. */
void watch_links_advance(watch_links *links, const watch_message *beat, double now);

/* To all who take this rank for one that is there, guests that have been answered, too. May be called
 * by a signal handler. */
void watch_links_send(const watch_links *links, const watch_message *message);
