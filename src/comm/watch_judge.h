#pragma once

/* What a rank knows of the others, and when it ends the job because of one of them.
 *
 * Every rank is heard by rank 0 and by a deputy on another host, if there is one, so that rank 0's
 * own end is noticed, too; and hears these two. Rank 0 judges at once, the deputy at once over
 * rank 0 and otherwise later, all others later still: so one rank speaks as long as it can.
 *
 * Time is that of a clock which stands still while its owner does not run: who was stopped or
 * starved has not listened, and may not say that others were silent. Pure.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "hosts.h"
#include "watch_wire.h"

/* Seconds. */
typedef struct watch_pace {
    double tick;      /* between two looks */
    double beat;      /* between two messages */
    double silence;   /* after which a rank is given up; 0: never */
    double grace;     /* for the end of a connection: all of the job may be ending */
    double deference; /* for the one who would speak first */
    double unmet;     /* after which a rank that nobody has heard of is told of */
    double worry;     /* part of `silence` after which it is told of */
} watch_pace;

typedef struct watch_clock {
    double now;   /* of this clock */
    double world; /* when it was advanced */
} watch_clock;

/* To `world`, by no more than `most` seconds. */
void watch_clock_advance(watch_clock *clock, double world, double most);

typedef enum watch_presence {
    WATCH_UNMET,  /* never heard of, which may be the network's fault */
    WATCH_THERE,  /* lives, or its connection broke and it may */
    WATCH_LOST,   /* its connection ended without a word */
    WATCH_LEAVES, /* ends by itself */
    WATCH_DONE,   /* has said good-bye */
} watch_presence;

typedef struct watch_peer {
    atomic_int connection; /* -1: none; stays open as long as the watch lasts */
    watch_presence presence;
    bool is_deaf;    /* the network gave the connection up */
    bool is_stopped; /* unmet, but its process is seen on this host, and does not run */
    double since;    /* heard of, or lost, or stopped; by the own clock */
    watch_inbox inbox;
    bool is_missed; /* its silence was told of */
    int code;       /* LEAVES: exit code */
    int bell;       /* port; 0: none */
    int64_t step;
    char doing[WATCH_DOING];
} watch_peer;

typedef struct watch_ranks {
    int rank;
    int size;
    int deputy;
    watch_peer *peers; /* (size), owned by the watch */
} watch_ranks;

typedef struct watch_verdict {
    int rank;
    watch_presence presence; /* THERE: it is silent; UNMET: stopped; LOST; LEAVES */
    int code;                /* that the job ends with */
} watch_verdict;

/* Whether this rank is to hear of that one. */
bool watch_expects(const watch_ranks *ranks, int other);

/* The first rank on another host than rank 0's, or rank 1 where there is one host. */
int watch_deputy(const struct comm_host *hosts, int size);

/* How many ranks this one was to hear of and has not, and the first of them. */
int watch_count_unmet(const watch_ranks *ranks, int *first);

/* The rank that has become silent for so long that this one, the first to judge it, shall say so,
 * or -1. Each silence is told of once. */
int watch_find_missed(watch_ranks *ranks, const watch_pace *pace, double now);

/* Whether the job is to be ended by this rank now, and for whom. */
bool watch_judge(const watch_ranks *ranks, const watch_pace *pace, double now,
                 watch_verdict *verdict);
