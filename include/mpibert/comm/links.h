#pragma once

/* A short look at what lies between ranks: how fast messages are, and how far clocks are apart. */

#include <stddef.h>

#include "mpibert/comm/comm.h"

typedef struct mpb_link {
    int a; /* ranks, a < b */
    int b;
    double latency;          /* of a message of a few bytes one way, seconds */
    double bytes_per_second; /* each way, while both ranks send */
} mpb_link;

/* *links (owned by the caller, *num_links) = messages between any two of the `count` ascending
 * `ranks`, in rounds of pairs that send at the same time, as in a tournament; about `seconds` in
 * all, and no more than MPB_MAX_LINK_ROUNDS rounds, so each of many ranks meets as many others.
 * The same on all ranks, as `ranks` must be. Collective. */
enum { MPB_MAX_LINK_ROUNDS = 63 };
MPB_MUST_CHECK mpb_status mpb_links_measure(const mpb_comm *comm, const int *ranks, int count,
                                            double seconds, mpb_link **links, size_t *num_links);

/* The partner of player `me` of `count` in a round from 0 on, or -1: it rests. In the first
 * count - 1 rounds (count, where that is odd) each meets each once. Local. */
int mpb_links_partner(int me, int round, int count);

/* ahead (count) = seconds by which the clocks (CLOCK_REALTIME) of `ranks`, equal on all ranks, are
 * ahead of rank 0's, known to half the time that a message takes there and back. Collective. */
MPB_MUST_CHECK mpb_status mpb_links_clocks(const mpb_comm *comm, const int *ranks, int count,
                                           double *ahead);
