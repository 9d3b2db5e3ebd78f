#pragma once

/* Which rank makes the others wait: one that computes longer than the rest for as much work.
 *
 * Ranks add up their seconds and costs over some steps and compare them now and then. A rank is
 * slow where both its seconds and its seconds per cost are above the median by a factor: a larger
 * share of the work explains the one, a small one, whose fixed costs weigh more, explains the
 * other. Who is slow twice in a row is named, once until it is another one.
 */

#include <stdbool.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/step/step.h"

/* One rank's steps between two comparisons. */
typedef struct mpb_pace {
    double compute; /* seconds */
    double cost;    /* of its examples, as the plan deals by */
    double wall;    /* seconds, waits included */
    double cpu;     /* seconds of all its threads */
} mpb_pace;

/* The slowest rank, and how many times the median's time it takes for as much work, at least 1.3;
 * -1 where none takes as long. Of an even number of ranks the median is the lower one of two. Ranks
 * without work do not count. `scratch` has room for `ranks` numbers. Local. */
int mpb_pace_slowest(const mpb_pace *paces, int ranks, double *scratch, double *ratio);

enum { MPB_PACE_LINE = 640 };

typedef struct mpb_pace_watch {
    const mpb_comm *comm; /* borrowed */
    int threads;          /* of a rank */
    mpb_pace own;         /* since the last comparison */
    double begun_at;      /* clock seconds, of the step under way, likewise the next */
    double cpu_at;
    mpb_pace *all;   /* owned, (ranks) */
    double *scratch; /* owned, (ranks) */
    bool warm;       /* the first steps, which take longer, are over */
    int suspect;     /* slow in the last comparison, -1: none */
    int named;       /* said to be slow, -1: none */
    char warning[MPB_PACE_LINE];
} mpb_pace_watch;

/* Local. MPB_ERR_SYSTEM: no memory. */
MPB_MUST_CHECK mpb_status mpb_pace_begin(const mpb_comm *comm, int threads, mpb_pace_watch *watch);
void mpb_pace_end(mpb_pace_watch *watch);

/* Around each step, with what it reported. Local. */
void mpb_pace_begin_step(mpb_pace_watch *watch);
void mpb_pace_end_step(mpb_pace_watch *watch, const mpb_step_report *report);

/* Compares the ranks' steps since the last time and begins anew. *warning = a line about who is to be
 * named, the same on all ranks, else NULL; it lasts until the next comparison. Collective. */
MPB_MUST_CHECK mpb_status mpb_pace_compare(mpb_pace_watch *watch, const char **warning);
